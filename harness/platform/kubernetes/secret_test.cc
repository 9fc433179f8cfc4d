#include "harness/platform/kubernetes/secret.h"

#include "gtest/gtest.h"
#include "harness/platform/kubernetes/testing/fake_kubectl.h"

namespace slotquake {
namespace {

TEST(DecodeBase64Test, Whatever) {
  EXPECT_EQ("", DecodeBase64(""));
  EXPECT_EQ("s3cret", DecodeBase64("czNjcmV0"));
  EXPECT_EQ("s3cre", DecodeBase64("czNjcmU="));
  EXPECT_EQ("s3cr", DecodeBase64("czNjcg=="));
  EXPECT_EQ(std::string("\0\xff\xfe", 3), DecodeBase64("AP/+"));
  EXPECT_EQ(std::nullopt, DecodeBase64("czNjcmV"));
  EXPECT_EQ(std::nullopt, DecodeBase64("czNj=mV0"));
  EXPECT_EQ(std::nullopt, DecodeBase64("cz-jcmV0"));
}

TEST(ReadSecretTest, ItsValueOrWhatIsMissing) {
  FakeKubectl fake(R"(
if words[:3] == ["get", "secret", "redis"]:
    print('{"data": {"password": "czNjcmV0", "broken": "?"}}')
else:
    fail('Error from server (NotFound): secrets "%s" not found' % words[2])
)");
  const auto value = ReadSecret(fake.kubectl("there"), "redis", "password");
  ASSERT_TRUE(value.ok()) << value.message();
  EXPECT_EQ("s3cret", *value);
  EXPECT_EQ("Secret redis in namespace there has no key pw; password_key names it",
            ReadSecret(fake.kubectl("there"), "redis", "pw").message());
  EXPECT_FALSE(ReadSecret(fake.kubectl("there"), "redis", "broken").ok());
  EXPECT_NE(std::string::npos, ReadSecret(fake.kubectl("there"), "other", "password")
                                   .message()
                                   .find("not found"));
}

}  // namespace
}  // namespace slotquake
