#include "caloforge.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "caloforge.hpp"

namespace {

using testing::HasSubstr;

const char* shipped = CALOFORGE_SOURCE_DIR "/models/clic-3dgan.safetensors";

std::string bytes_of(const char* file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(CApi, MakesShowers) {
    const caloforge_api::Model model(shipped);
    EXPECT_EQ(model.cells(), 15625U);
    EXPECT_THAT(model.describe(), HasSubstr("\"name\":\"clic-3dgan\""));
    caloforge_api::Generator generate(model);
    std::vector<float> energies(37, 120.0F);
    const auto together = generate(3, 10, energies);
    const auto alone = generate(3, 12, {120.0F});
    EXPECT_EQ(std::memcmp(alone.data(), together.data() + 2 * model.cells(), alone.size() * sizeof(float)),
              0);
    double sum = 0;
    for (const float cell : alone) sum += cell;
    EXPECT_GT(sum, 0.5);
    EXPECT_LT(sum, 10);
}

TEST(CApi, LoadsFromMemory) {
    const std::string bytes = bytes_of(shipped);
    caloforge_model* model = nullptr;
    ASSERT_EQ(caloforge_load_memory(bytes.data(), bytes.size(), &model), CALOFORGE_DONE)
        << caloforge_message();
    EXPECT_EQ(caloforge_cells(model), 15625U);
    caloforge_free(model);
}

TEST(CApi, EightThreadsShareAModel) {
    const caloforge_api::Model model(shipped);
    caloforge_api::Generator first(model);
    const std::vector<float> energies = {20, 300, 50, 60, 70, 80};
    const auto wanted = first(1, 0, energies);
    std::vector<int> same(8);
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < same.size(); ++t) {
            threads.emplace_back([&, t] {
                caloforge_api::Generator generate(model);
                same[t] = generate(1, 0, energies) == wanted;
            });
        }
    }
    for (const int one : same) EXPECT_TRUE(one);
}

TEST(CApi, WrongArgumentsAreErrorsAndWriteNothing) {
    caloforge_model* model = nullptr;
    caloforge_workspace* workspace = nullptr;
    EXPECT_EQ(caloforge_load(nullptr, &model), CALOFORGE_USAGE);
    EXPECT_EQ(caloforge_load(shipped, nullptr), CALOFORGE_USAGE);
    EXPECT_EQ(caloforge_load("/no/such/file", &model), CALOFORGE_BAD_INPUT);
    EXPECT_EQ(model, nullptr);
    EXPECT_THAT(caloforge_message(), HasSubstr("/no/such/file"));
    EXPECT_EQ(caloforge_load_memory(nullptr, 5, &model), CALOFORGE_USAGE);
    EXPECT_EQ(caloforge_workspace_new(nullptr, &workspace), CALOFORGE_USAGE);
    EXPECT_EQ(caloforge_cells(nullptr), 0U);
    EXPECT_EQ(caloforge_describe(nullptr), nullptr);
    caloforge_free(nullptr);
    caloforge_workspace_free(nullptr);

    ASSERT_EQ(caloforge_load(shipped, &model), CALOFORGE_DONE);
    ASSERT_EQ(caloforge_workspace_new(model, &workspace), CALOFORGE_DONE);
    caloforge_model* other = nullptr;
    ASSERT_EQ(caloforge_load(shipped, &other), CALOFORGE_DONE);
    std::vector<float> out(15625, -1.0F);
    const float good = 100, nan = NAN, small = 1;
    const auto call = [&](const caloforge_model* m, caloforge_workspace* w, const float* energy,
                          std::size_t count, float* to, std::size_t capacity) {
        return caloforge_generate(m, w, 1, 0, energy, count, to, capacity);
    };
    EXPECT_EQ(call(nullptr, workspace, &good, 1, out.data(), out.size()), CALOFORGE_USAGE);
    EXPECT_EQ(call(model, nullptr, &good, 1, out.data(), out.size()), CALOFORGE_USAGE);
    EXPECT_EQ(call(model, workspace, nullptr, 1, out.data(), out.size()), CALOFORGE_USAGE);
    EXPECT_EQ(call(model, workspace, &good, 1, nullptr, out.size()), CALOFORGE_USAGE);
    EXPECT_EQ(call(model, workspace, &good, 1, out.data(), out.size() - 1), CALOFORGE_USAGE);
    EXPECT_EQ(call(model, workspace, &good, SIZE_MAX, out.data(), out.size()), CALOFORGE_USAGE);
    EXPECT_EQ(call(other, workspace, &good, 1, out.data(), out.size()), CALOFORGE_USAGE);
    EXPECT_EQ(call(model, workspace, &nan, 1, out.data(), out.size()), CALOFORGE_BAD_INPUT);
    EXPECT_EQ(call(model, workspace, &small, 1, out.data(), out.size()), CALOFORGE_BAD_INPUT);
    EXPECT_THAT(caloforge_message(), HasSubstr("1 GeV"));
    for (const float cell : out) ASSERT_EQ(cell, -1);
    EXPECT_EQ(call(model, workspace, nullptr, 0, nullptr, 0), CALOFORGE_DONE);
    caloforge_workspace_free(workspace);
    caloforge_free(other);
    caloforge_free(model);
}

// Damaged bytes are refused, whatever they are: no crash, no hang, nothing left (the sanitizers look on).
TEST(CApi, DamagedModelsAreRefused) {
    const std::string whole = bytes_of(shipped);
    std::mt19937 random(1);
    const std::size_t header =
        8 + static_cast<unsigned char>(whole[0]) + 256 * static_cast<unsigned char>(whole[1]);
    for (int round = 0; round < 100; ++round) {
        std::string bytes = whole;
        if (round % 3 == 0) bytes.resize(random() % bytes.size());
        // The header is where damage may mislead.
        for (unsigned k = 0; k <= random() % 8 && !bytes.empty(); ++k)
            bytes[random() % std::min(bytes.size(), header)] = static_cast<char>(random());
        caloforge_model* model = nullptr;
        const caloforge_status status = caloforge_load_memory(bytes.data(), bytes.size(), &model);
        ASSERT_EQ(status, CALOFORGE_BAD_INPUT) << caloforge_message();
        ASSERT_EQ(model, nullptr);
        ASSERT_STRNE(caloforge_message(), "");
    }
}

}  // namespace
