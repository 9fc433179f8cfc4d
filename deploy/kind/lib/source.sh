# shellcheck shell=bash
# Where the images come from: a registry, or this machine's own hands.
# shellcheck disable=SC2154

airgap_node_image=kindest/node:v1.20.2-airgap
pull_limit_s=900

# The node image that was made for this kind; kind's own releases say which. A kind that
# is older than the table gets the table's oldest.
registry_node_image() {
  local version
  version="$("$(find_program kind)" version 2>/dev/null | sed -n 's/^kind v\{0,1\}0\.\([0-9]*\).*/\1/p')"
  if [[ "${version:-0}" -ge 30 ]]; then
    echo kindest/node:v1.34.0
  else
    echo kindest/node:v1.32.2
  fi
}

# Why the engine can not be used, as one phrase.
engine_trouble() {
  if ! has docker; then
    echo "there is no docker program on PATH"
  else
    echo "the Docker engine does not answer ($(docker info 2>&1 >/dev/null | tail -1)); is it running, and may you use it?"
  fi
}

# Chooses `registry` if it can be used. Otherwise fails, with the reason in $trouble.
try_registry() {
  local image
  engine_answers || { trouble="$(engine_trouble)" && return 1; }
  find_program kind >/dev/null || { trouble="there is no kind program on PATH" && return 1; }
  image="${node_image:-$(registry_node_image)}"
  if image_is_there "$image"; then
    choose registry "$image" "the image is there"
  elif [[ "${1:-}" == only_local ]]; then
    return 1
  else
    say "pulling $image (at most $pull_limit_s s)"
    if ! trouble="$(timeout "$pull_limit_s" docker pull --quiet "$image" 2>&1 >/dev/null | tail -1)"; then
      trouble="$image can not be pulled: ${trouble:-no answer in $pull_limit_s s}"
      return 1
    fi
    choose registry "$image" "pulled"
  fi
}

# The same for `airgap`.
try_airgap() {
  local image="${node_image:-$airgap_node_image}"
  if engine_answers && image_is_there "$image" && [[ -x "$state/bin/kind" ]]; then
    choose airgap "$image" "the image is there"
    return
  fi
  [[ "${1:-}" != only_local ]] || return 1
  is_root || { trouble="building from Debian's packages needs root" && return 1; }
  if ! has apt-get || ! grep -qs '^VERSION_CODENAME=bookworm' "$os_release"; then
    trouble="building from Debian's packages needs Debian 12"
    return 1
  fi
  choose airgap "$image" "made from Debian's packages, in $state"
}

choose() {
  chosen="$1" node_image="$2"
  say "source: $chosen, $node_image ($3)"
}

# Sets $chosen and $node_image, or ends with the reason.
choose_source() {
  local trouble='' of_registry
  case "$source" in
    registry) try_registry || cannot "$trouble" ;;
    airgap) try_airgap || cannot "$trouble" ;;
    auto)
      try_registry only_local || try_airgap only_local || {
        try_registry || {
          of_registry="$trouble"
          try_airgap || cannot "registry: $of_registry; airgap: $trouble"
        }
      }
      ;;
  esac
}
