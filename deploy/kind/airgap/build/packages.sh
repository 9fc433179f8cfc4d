# shellcheck shell=bash disable=SC2154
# What is installed on this machine.

apt_quietly() {
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq -y "$@"
}

install_packages() {
  say "packages of this machine"
  step apt-update apt_quietly update
  step apt-install apt_quietly install --no-install-recommends docker.io containerd runc iptables jq \
    debootstrap dpkg-dev rsync gcc libc6-dev make golang-go golang-github-modern-go-reflect2-dev \
    debian-archive-keyring ca-certificates procps findutils
}
