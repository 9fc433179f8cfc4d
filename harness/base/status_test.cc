#include "harness/base/status.h"

#include <memory>
#include <stdexcept>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

TEST(StatusTest, IsOkOrSaysWhy) {
  EXPECT_TRUE(Status::Ok().ok());
  EXPECT_EQ(Status::Ok().message(), "");
  const Status error = Status::Error("the disk is full");
  EXPECT_FALSE(error.ok());
  EXPECT_EQ(error.message(), "the disk is full");
  EXPECT_FALSE(Status::Error("").ok()) << "an error without words is still one";
}

TEST(StatusTest, AnnotatesErrorsOnly) {
  EXPECT_EQ(Status::Error("b").Annotate("a").message(), "a: b");
  EXPECT_TRUE(Status::Ok().Annotate("a").ok());
}

Result<int> Half(int number) {
  if (number % 2 != 0) return Status::Error("odd");
  return number / 2;
}

TEST(ResultTest, IsAValueOrAnError) {
  Result<int> good = Half(4);
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(*good, 2);
  EXPECT_TRUE(good.status().ok());
  EXPECT_EQ(good.message(), "");
  const Result<int> bad = Half(3);
  EXPECT_FALSE(bad.ok());
  EXPECT_EQ(bad.message(), "odd");
  EXPECT_EQ(bad.status().message(), "odd");
  EXPECT_THROW(bad.value(), std::bad_variant_access);
}

TEST(ResultTest, HoldsWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = std::move(*result);
  EXPECT_EQ(*taken, 7);
}

}  // namespace
}  // namespace slotquake
