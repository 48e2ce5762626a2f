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
    EXPECT_EQ(model.elements("showers"), 15625U);
    EXPECT_THAT(model.describe(), HasSubstr("\"name\":\"clic-3dgan\""));
    caloforge_api::Generator generate(model);
    std::vector<float> energies(37, 120.0F);
    const auto together = generate(3, 10, energies);
    const auto alone = generate(3, 12, {120.0F});
    EXPECT_EQ(std::memcmp(alone.data(), together.data() + 2 * model.elements("showers"),
                          alone.size() * sizeof(float)),
              0);
    double sum = 0;
    for (const float cell : alone) sum += cell;
    EXPECT_GT(sum, 0.5);
    EXPECT_LT(sum, 10);
}

// Every sample has a key of its own; conditions that are not given are drawn from it, and can be asked for.
TEST(CApi, KeysMayBeOfAnySeedAndOrder) {
    const caloforge_api::Model model(CALOFORGE_SOURCE_DIR "/models/clic-forge.safetensors");
    EXPECT_EQ(model.elements("impact"), 2U);
    EXPECT_EQ(model.elements("direction"), 0U);
    caloforge_api::Generator generate(model);
    const std::vector<caloforge_key> keys = {{5, 40}, {1, 3}, {5, 2}, {1, 4}};
    const auto together = generate(keys, {{"energy", {50, 60, 70, 80}}});
    const std::size_t cells = model.elements("showers");
    const auto alone = generate({keys[2]}, {{"energy", {70}}});
    EXPECT_EQ(std::memcmp(alone.data(), together.data() + 2 * cells, cells * sizeof(float)), 0);

    caloforge_workspace* workspace = nullptr;
    ASSERT_EQ(caloforge_workspace_new(model.get(), &workspace), CALOFORGE_DONE);
    const float energies[] = {50, 60, 70, 80};
    float impact[8], copy[8];
    const caloforge_given energy = {"energy", energies, 4};
    const caloforge_wanted wanted[] = {{"impact", impact, 8}, {"energy", copy, 4}};
    ASSERT_EQ(caloforge_generate(workspace, keys.data(), 4, &energy, 1, wanted, 2), CALOFORGE_DONE);
    EXPECT_EQ(copy[2], 70);
    EXPECT_EQ(generate({keys[2]}, {{"energy", {70}}, {"impact", {impact[4], impact[5]}}}), alone);
    caloforge_workspace_free(workspace);
}

TEST(CApi, LoadsFromMemory) {
    const std::string bytes = bytes_of(shipped);
    caloforge_model* model = nullptr;
    ASSERT_EQ(caloforge_load_memory(bytes.data(), bytes.size(), &model), CALOFORGE_DONE)
        << caloforge_message();
    EXPECT_EQ(caloforge_elements(model, "showers"), 15625U);
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
    EXPECT_EQ(caloforge_elements(nullptr, "showers"), 0U);
    EXPECT_EQ(caloforge_describe(nullptr), nullptr);
    caloforge_free(nullptr);
    caloforge_workspace_free(nullptr);

    ASSERT_EQ(caloforge_load(shipped, &model), CALOFORGE_DONE);
    ASSERT_EQ(caloforge_workspace_new(model, &workspace), CALOFORGE_DONE);
    std::vector<float> out(15625, -1.0F);
    const float good = 100, nan = NAN, small = 1;
    const caloforge_key key = {1, 0};
    caloforge_given energy = {"energy", &good, 1};
    caloforge_wanted showers = {"showers", out.data(), out.size()};
    const auto call = [&](caloforge_workspace* w, const caloforge_key* keys, std::size_t count) {
        return caloforge_generate(w, keys, count, &energy, 1, &showers, 1);
    };
    const auto usage = [&](const char* words) {
        EXPECT_EQ(call(workspace, &key, 1), CALOFORGE_USAGE);
        EXPECT_THAT(caloforge_message(), HasSubstr(words));
    };
    EXPECT_EQ(call(nullptr, &key, 1), CALOFORGE_USAGE);
    EXPECT_EQ(call(workspace, nullptr, 1), CALOFORGE_USAGE);
    EXPECT_EQ(call(workspace, &key, SIZE_MAX), CALOFORGE_USAGE);
    EXPECT_EQ(caloforge_generate(workspace, &key, 1, nullptr, 1, &showers, 1), CALOFORGE_USAGE);
    EXPECT_EQ(caloforge_generate(workspace, &key, 1, &energy, 1, nullptr, 1), CALOFORGE_USAGE);
    energy.values = nullptr;
    usage("values of `energy` are null");
    energy = {"enrgy", &good, 1};
    usage("`enrgy`");
    energy = {nullptr, &good, 1};
    usage("null");
    energy = {"energy", &good, 2};
    usage("2 floats");
    energy = {"showers", out.data(), out.size()};  // made, not taken
    EXPECT_EQ(call(workspace, &key, 1), CALOFORGE_BAD_INPUT);
    energy = {"energy", &good, 1};
    showers.size -= 1;
    usage("15624 floats");
    showers = {"showers", nullptr, out.size()};
    usage("null");
    showers = {"jets", out.data(), out.size()};
    usage("`jets`");
    showers = {"showers", out.data(), out.size()};
    for (const float* bad : {&nan, &small}) {
        energy.values = bad;
        EXPECT_EQ(call(workspace, &key, 1), CALOFORGE_BAD_INPUT);
    }
    EXPECT_THAT(caloforge_message(), HasSubstr("1 GeV"));
    for (const float cell : out) ASSERT_EQ(cell, -1);
    EXPECT_EQ(caloforge_generate(workspace, nullptr, 0, nullptr, 0, nullptr, 0), CALOFORGE_DONE);
    caloforge_workspace_free(workspace);
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
