#ifndef SLOTQUAKE_HARNESS_HISTORY_ADDRESS_BOOK_H_
#define SLOTQUAKE_HARNESS_HISTORY_ADDRESS_BOOK_H_

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/history/history.h"

namespace slotquake {

// Which node had which address, from when to when, as far as was told. An address may
// be given to another node later. Times are on the record's axis. Thread-safe.
class AddressBook {
 public:
  // From `at` on the node has this address ("10.0.0.1:6379"), and no other. Told in the
  // order of time; what is known already is told again without harm.
  void Add(const std::string& node, const std::string& address, Nanos at);

  // Who had the address then. Between two holders it is the later one, whose news came
  // late; after the last it is still the last. The address itself where nobody ever
  // had it.
  std::string NameOf(const std::string& address, Nanos at) const;

  // Gives the nodes of the history, addresses so far, the names of those who had the
  // address when the operation was invoked. Names stay as they are.
  void Rename(History& history) const;

 private:
  struct Holder {
    std::string node;
    Nanos since{0};
    Nanos until = Nanos::max();
  };

  static const Holder& At(const std::vector<Holder>& holders, Nanos at);

  mutable std::mutex mutex_;
  // By address, in the order of time; never empty. Guarded by mutex_.
  std::map<std::string, std::vector<Holder>> holders_;
  std::map<std::string, std::string> addresses_;  // by node; guarded by mutex_
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_HISTORY_ADDRESS_BOOK_H_
