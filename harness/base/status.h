#ifndef SLOTQUAKE_HARNESS_BASE_STATUS_H_
#define SLOTQUAKE_HARNESS_BASE_STATUS_H_

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace slotquake {

// Whether something that can fail did. An error carries one message for a
// person: what failed, and what to do about it. A value type; not synchronised.
class [[nodiscard]] Status {
 public:
  static Status Ok() { return Status(); }
  static Status Error(std::string message) {
    Status status;
    status.message_ = std::move(message);
    return status;
  }

  bool ok() const { return !message_.has_value(); }

  // The error's message; empty when ok.
  const std::string& message() const {
    static const std::string kNone;
    return message_ ? *message_ : kNone;
  }

  // The same error with `context` in front, as "context: message".
  Status Annotate(const std::string& context) const {
    return ok() ? *this : Error(context + ": " + *message_);
  }

 private:
  std::optional<std::string> message_;
};

// A value, or the error that kept it from being. Reading the value of an error
// is a programming mistake (std::bad_variant_access).
template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit, so that a function can return either.
  Result(T value) : state_(std::move(value)) {}       // NOLINT
  Result(Status error) : state_(std::move(error)) {}  // NOLINT

  bool ok() const { return std::holds_alternative<T>(state_); }
  Status status() const { return ok() ? Status::Ok() : std::get<Status>(state_); }
  const std::string& message() const {
    static const std::string kNone;
    return ok() ? kNone : std::get<Status>(state_).message();
  }

  T& value() { return std::get<T>(state_); }
  const T& value() const { return std::get<T>(state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Status> state_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_BASE_STATUS_H_
