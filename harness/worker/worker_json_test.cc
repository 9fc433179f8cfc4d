#include "harness/worker/worker_json.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

using nlohmann::json;

LoadConfig MakeConfig() {
  LoadConfig config;
  config.kind = OperationKind::kAppend;
  config.worker = 3;
  config.index = 2;
  config.first_client = 100;
  config.clients = 7;
  config.open_loop = true;
  config.rate = 1234.5;
  config.timeout = FromMillis(250);
  config.connect_timeout = FromMillis(750);
  config.wait_replicas = 2;
  config.wait_timeout = FromMillis(150);
  config.seeds = {{"10.77.1.1", 6379}, {"fd00::1", 6380}};
  config.password = "p\xff ss";
  config.http = {"10.77.2.1", 8080};
  config.first_in_load = 4;
  config.clients_in_load = 20;
  config.keys = {{"hits", 4994}, {"hits:a", 17}};
  config.shards = {{{0, 5460}, {7000, 7000}}, {{5461, 6999}}};
  config.seed = 0xffffffffffffffffULL;
  return config;
}

// Over the wire and back, nothing may be lost: a load that runs with a default in
// place of what was asked for would be judged by the wrong configuration.
TEST(WorkerJsonTest, LoadConfigComesBackWhole) {
  const LoadConfig config = MakeConfig();
  const LoadConfig back = LoadConfigFromJson(json::parse(Dump(ToJson(config))));
  EXPECT_TRUE(back == config);
}

TEST(WorkerJsonTest, AMissingFieldIsAnError) {
  const json whole = ToJson(MakeConfig());
  for (const auto& [name, value] : whole.items()) {
    json without = whole;
    without.erase(name);
    EXPECT_THROW(LoadConfigFromJson(without), json::exception) << name;
  }
  json other = whole;
  other["kind"] = "icnr";
  EXPECT_THROW(LoadConfigFromJson(other), json::exception);
}

TEST(WorkerJsonTest, ObserverOptionsComeBackWhole) {
  const ObserverOptions options{
      {{"redis-0", {"10.77.1.1", 6379}}}, FromMillis(5), "secret"};
  const auto back = ObserverOptionsFromJson(json::parse(Dump(ToJson(options))));
  EXPECT_TRUE(back == options);
}

TEST(WorkerJsonTest, MovesAndSeedsComeBackWhole) {
  const ObservedNode node = {"redis-0", {"10.77.1.1", 6379}};
  EXPECT_TRUE(ObservedNodeFromJson(json::parse(Dump(ToJson(node)))) == node);
  const std::vector<Endpoint> seeds = {{"10.77.1.1", 6379}, {"h", 1}};
  EXPECT_EQ(SeedListFromJson(json::parse(Dump(ToJson(seeds)))), seeds);
}

TEST(WorkerJsonTest, FinalReadsComeBackWhole) {
  FinalReadConfig config;
  config.lists = true;
  config.remove = true;
  config.keys = {"a", "b"};
  config.seeds = {{"h", 1}};
  config.password = "secret";
  config.timeout = FromMillis(1);
  config.limit = FromMillis(2);
  const auto back = FinalReadConfigFromJson(json::parse(Dump(ToJson(config))));
  EXPECT_EQ(back.lists, config.lists);
  EXPECT_EQ(back.remove, config.remove);
  EXPECT_EQ(back.keys, config.keys);
  EXPECT_EQ(back.seeds, config.seeds);
  EXPECT_EQ(back.password, config.password);
  EXPECT_EQ(back.timeout, config.timeout);
  EXPECT_EQ(back.limit, config.limit);

  FinalRead absent;
  absent.key = "a";
  FinalRead value = absent;
  value.value = 0;
  value.node = "redis-0";
  FinalRead list = absent;
  list.tokens = {1LL << 60, 2};
  list.error = "WRONGTYPE";
  for (const FinalRead& read : {absent, value, list}) {
    const FinalRead again = FinalReadFromJson(json::parse(Dump(ToJson(read))));
    EXPECT_EQ(again.key, read.key);
    EXPECT_EQ(again.node, read.node);
    EXPECT_EQ(again.error, read.error);
    EXPECT_EQ(again.value, read.value);
    EXPECT_EQ(again.tokens, read.tokens);
  }
}

TEST(WorkerJsonTest, BytesComeBackUnharmed) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const std::string& bytes :
       {std::string(), std::string("a\0b", 3), std::string("\xc3\xa9"),
        std::string("\xff"), all + all}) {
    EXPECT_EQ(BytesFromJson(json::parse(Dump(BytesToJson(bytes)))), bytes);
  }
  EXPECT_EQ(BytesToJson("INFO"), "INFO") << "text stays readable";
}

TEST(WorkerJsonTest, CommandsComeBackWhole) {
  const CommandRequest request = {
      {"10.0.0.1", 6379}, "secret", {"GET", "\xfe"}, FromMillis(250)};
  const auto back = CommandRequestFromJson(json::parse(Dump(ToJson(request))));
  EXPECT_EQ(back.endpoint, request.endpoint);
  EXPECT_EQ(back.password, request.password);
  EXPECT_EQ(back.command, request.command);
  EXPECT_EQ(back.limit, request.limit);
  json open = ToJson(request);
  open.erase("password");
  EXPECT_EQ(CommandRequestFromJson(open).password, "");
}

TEST(WorkerJsonTest, RepliesComeBackWhole) {
  Reply number;
  number.type = ReplyType::kInteger;
  number.integer = -7;
  Reply bytes;
  bytes.type = ReplyType::kString;
  bytes.text = std::string("\xff\0", 2);
  Reply error;
  error.type = ReplyType::kError;
  error.text = "ERR no";
  Reply inner;
  inner.type = ReplyType::kArray;
  inner.elements = {number, Reply(), bytes};
  Reply whole;
  whole.type = ReplyType::kArray;
  whole.elements = {inner, error};
  const Reply back = ReplyFromJson(json::parse(Dump(ToJson(whole))));
  ASSERT_EQ(back.elements.size(), 2U);
  ASSERT_EQ(back.elements[0].elements.size(), 3U);
  EXPECT_EQ(back.elements[0].type, ReplyType::kArray);
  EXPECT_EQ(back.elements[0].elements[0].integer, -7);
  EXPECT_EQ(back.elements[0].elements[1].type, ReplyType::kNil);
  EXPECT_EQ(back.elements[0].elements[2].text, bytes.text);
  EXPECT_TRUE(back.elements[1].IsError());
  EXPECT_EQ(back.elements[1].text, "ERR no");
  json other = ToJson(number);
  other["type"] = "float";
  EXPECT_THROW(ReplyFromJson(other), json::exception);
}

TEST(WorkerJsonTest, AnyBytesCanBeDumped) {
  EXPECT_EQ(Dump({{"error", "\xff\x00z"}}), "{\"error\":\"\xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace slotquake
