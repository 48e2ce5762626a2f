#include "network/Safetensors.hh"

#include <fmt/format.h>

#include <cstring>
#include <stdexcept>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/Json.hh"
#include "network/SmallNetwork.hh"

namespace caloforge::network {
namespace {

using caloforge::test::message_of;
using core::InputError;
using testing::AllOf;
using testing::HasSubstr;

/// A container with any header and data, right or wrong.
std::string container(const std::string& header, const std::string& data, std::uint64_t length) {
    std::string out(sizeof length, '\0');
    std::memcpy(out.data(), &length, sizeof length);
    return out + header + data;
}
std::string container(const std::string& header, const std::string& data = {}) {
    return container(header, data, header.size());
}
std::string message(const std::string& bytes) {
    return message_of<InputError>([&] { decode_safetensors(bytes, "file.x"); });
}

TEST(Safetensors, BytesAsSpecified) {
    const auto bytes = encode_safetensors(
        {{"k", "v"}}, {{"b", {"U8", {2}, {std::byte{7}, std::byte{8}}}}, {"a", {"U8", {}, {std::byte{6}}}}});
    const std::string header =
        R"({"__metadata__":{"k":"v"},"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},)"
        R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})";
    const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
    EXPECT_EQ(bytes, container(padded, "\6\7\10"));
}

TEST(Safetensors, RoundTrip) {
    const std::map<std::string, std::string> metadata{{"k", "quote \" and \xc3\xa9"}, {"", ""}};
    std::map<std::string, StoredTensor> tensors;
    for (const std::string type :
         {"F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL"}) {
        for (const Shape& shape : {Shape{}, Shape{2, 3}, Shape{0, 5}}) {
            const auto size = element_bytes(type) * static_cast<std::size_t>(element_count(shape));
            tensors[type + to_string(shape)] = {type, shape, std::vector<std::byte>(size, std::byte{0x5a})};
        }
    }
    const auto decoded = decode_safetensors(encode_safetensors(metadata, tensors), "file.x");
    EXPECT_EQ(decoded.metadata, metadata);
    EXPECT_EQ(decoded.tensors, tensors);
}

TEST(Safetensors, TheHeaderIsAligned) {
    for (std::size_t extra = 0; extra < 16; ++extra) {
        const auto bytes = encode_safetensors({{"k", std::string(extra, 'x')}}, {});
        std::uint64_t length = 0;
        std::memcpy(&length, bytes.data(), sizeof length);
        EXPECT_EQ(length % 8, 0U);
        EXPECT_EQ(bytes.size(), length + 8);
    }
}

TEST(Safetensors, ATensorThatContradictsItselfIsNotWritten) {
    EXPECT_THROW(encode_safetensors({}, {{"a", {"F32", {2}, std::vector<std::byte>(4)}}}), std::logic_error);
    EXPECT_THROW(encode_safetensors({}, {{"a", {"F33", {1}, std::vector<std::byte>(4)}}}), std::logic_error);
}

TEST(Safetensors, HeaderLengthsThatCannotBe) {
    for (const std::uint64_t length :
         {std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{100} << 20, (std::uint64_t{100} << 20) + 1,
          std::uint64_t{1} << 63, UINT64_MAX, UINT64_MAX - 7}) {
        EXPECT_THAT(message(container("{}", "", length)),
                    AllOf(HasSubstr("file.x: "), HasSubstr("not a safetensors file")));
    }
    for (std::size_t size = 0; size <= 8; ++size)
        EXPECT_THAT(message(std::string(size, '\1')), HasSubstr("not a safetensors file"));
}

TEST(Safetensors, HeadersThatAreNoObject) {
    for (const std::string header : {"x", "[]", "1", "null", "{", "{}}", "{\"a\":1e999}", "{\"\xff\":1}"})
        EXPECT_THAT(message(container(header)), HasSubstr("its header is not a JSON object"));
    EXPECT_THAT(message(container(R"({"__metadata__":[]})")), HasSubstr("metadata is not a map of texts"));
    EXPECT_THAT(message(container(R"({"__metadata__":{"a":1}})")),
                HasSubstr("metadata is not a map of texts"));
}

/// Deep nesting must not use up the stack, neither in parsing nor in printing.
TEST(Safetensors, AbsurdNesting) {
    const std::size_t depth = 1 << 20;
    EXPECT_THAT(message(container(R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}")),
                HasSubstr("its header is not a JSON object"));
    EXPECT_THAT(message(container(std::string(depth, '['))), HasSubstr("its header is not a JSON object"));
}

TEST(Safetensors, EntriesThatCannotBe) {
    const auto entry = [](const std::string& text) {
        return message(container(R"({"a":)" + text + "}", "12345678"));
    };
    const auto of = [&](const char* dtype, const char* shape, const char* offsets) {
        return entry(fmt::format(R"({{"dtype":{},"shape":{},"data_offsets":{}}})", dtype, shape, offsets));
    };
    EXPECT_NO_THROW(decode_safetensors(
        container(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "12345678"), "file.x"));
    const auto names = AllOf(HasSubstr("file.x: tensor `a`"), HasSubstr("damaged header entry"));
    for (const char* text : {"1", "[]", "null", "{}", R"({"dtype":"F32"})", R"({"dtype":"F32","shape":[2]})"})
        EXPECT_THAT(entry(text), names);
    EXPECT_THAT(of("4", "[2]", "[0,8]"), names);
    EXPECT_THAT(of("\"F32\"", "2", "[0,8]"), names);
    EXPECT_THAT(of("\"F32\"", "[2.0]", "[0,8]"), names);
    EXPECT_THAT(of("\"F32\"", "[2]", "[0,8.5]"), names);
    EXPECT_THAT(of("\"F32\"", "[2]", "[0,true]"), names);
    EXPECT_THAT(of("\"F32\"", "[2]", "[0,18446744073709551615]"), names);
    EXPECT_THAT(of("\"F99\"", "[2]", "[0,8]"), HasSubstr("unknown type F99"));
    EXPECT_THAT(of("\"F32\"", "[-2]", "[0,8]"), HasSubstr("negative extent"));
    for (const char* offsets : {"[0]", "[0,4,8]", "[8,0]", "[0,9]", "[-1,8]", "[0,9223372036854775807]",
                                "[9223372036854775800,9223372036854775807]", "[-9223372036854775808,8]"})
        EXPECT_THAT(of("\"F32\"", "[2]", offsets), HasSubstr("lie outside the file"));
    for (const char* shape : {"[1]", "[3]", "[]", "[0]", "[4294967296,4294967296]", "[9223372036854775807]"})
        EXPECT_THAT(of("\"F32\"", shape, "[0,8]"), HasSubstr("does not fit 8 bytes"));
}

TEST(Safetensors, TensorsThatOverlapOrLeaveHoles) {
    const auto two = [](const char* a, const char* b) {
        return container(fmt::format(R"({{"a":{{"dtype":"U8","shape":[4],"data_offsets":{}}},)"
                                     R"("b":{{"dtype":"U8","shape":[4],"data_offsets":{}}}}})",
                                     a, b),
                         "123456789");
    };
    EXPECT_THAT(message(two("[0,4]", "[3,7]")), HasSubstr("overlap"));
    EXPECT_THAT(message(two("[0,4]", "[0,4]")), HasSubstr("overlap"));
    EXPECT_THAT(message(two("[0,4]", "[5,9]")), HasSubstr("hole"));
    EXPECT_THAT(message(two("[5,9]", "[1,5]")), HasSubstr("hole"));
    EXPECT_THAT(message(two("[4,8]", "[0,4]")), HasSubstr("bytes behind the last tensor"));
    EXPECT_THAT(message(container("{}", "x")), HasSubstr("bytes behind the last tensor"));
}

}  // namespace
}  // namespace caloforge::network
