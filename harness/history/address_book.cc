#include "harness/history/address_book.h"

#include <utility>

namespace slotquake {

void AddressBook::Add(const std::string& node, const std::string& address, Nanos at) {
  const std::lock_guard lock(mutex_);
  std::string& present = addresses_[node];
  if (present == address) return;
  if (!present.empty()) {
    // Its own entry is the last of that address, unless another has taken it over.
    for (Holder& holder : holders_[present]) {
      if (holder.node == node && holder.until == Nanos::max()) holder.until = at;
    }
  }
  present = address;
  std::vector<Holder>& holders = holders_[address];
  for (Holder& holder : holders) {
    if (holder.until == Nanos::max()) holder.until = at;  // two can not have it
  }
  holders.push_back({.node = node, .since = at});
}

const AddressBook::Holder& AddressBook::At(const std::vector<Holder>& holders,
                                           Nanos at) {
  for (const Holder& holder : holders) {
    if (at < holder.until) return holder;
  }
  return holders.back();
}

std::string AddressBook::NameOf(const std::string& address, Nanos at) const {
  const std::lock_guard lock(mutex_);
  const auto it = holders_.find(address);
  return it == holders_.end() ? address : At(it->second, at).node;
}

void AddressBook::Rename(History& history) const {
  const std::lock_guard lock(mutex_);
  const StringTable addresses = std::exchange(history.nodes(), StringTable());
  std::vector<const std::vector<Holder>*> holders;
  for (const std::string& address : addresses.all()) {
    const auto it = holders_.find(address);
    holders.push_back(it == holders_.end() ? nullptr : &it->second);
  }
  for (Operation& op : history.operations()) {
    if (op.node < 0) continue;
    const auto number = static_cast<std::uint32_t>(op.node);
    const std::vector<Holder>* had = holders[number];
    const std::string& name =
        had == nullptr ? addresses[number] : At(*had, op.invoked).node;
    op.node = static_cast<std::int16_t>(history.nodes().Intern(name));
  }
}

}  // namespace slotquake
