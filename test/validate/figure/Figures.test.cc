#include "validate/figure/Figures.hh"

#include <cmath>
#include <fstream>
#include <limits>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"
#include "validate/figure/PdfCheck.hh"

namespace caloforge::validate {
namespace {

namespace fs = std::filesystem;
using core::Json;
using test::message_of;
using test::TemporaryFolder;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

Json profile(const std::string& name, const std::string& energy, const Json& reference,
             const Json& candidate) {
    Json edges = Json::array();
    for (std::size_t i = 0; i <= reference.size(); ++i) edges.push_back(i);
    const Json errors(reference.size(), 0.1);
    return {{"name", name},
            {"x_label", "layer"},
            {"y_label", "share of the incident energy"},
            {"log_y", false},
            {"energy", energy},
            {"edges", edges},
            {"reference", {{"y", reference}, {"error", errors}}},
            {"candidate", {{"y", candidate}, {"error", errors}}}};
}

Json drawing() {
    return {{"reference", {{"name", "Geant4"}}},
            {"candidate", {{"name", "network"}}},
            {"profiles",
             {profile("longitudinal_profile", "10:500", {1, 2, 3}, {1, 2, 2.5}),
              profile("cell_spectrum", "10:500", {1, 2, 3}, {1, 2, 2.5}),
              profile("longitudinal_profile", "10:20", {1, nullptr, 3}, {1, 2, nullptr})}},
            {"correlations",
             {{{"energy", "10:500"},
               {"names", {"radius", "start"}},
               {"reference", {{1, 0.5}, {0.5, 1}}},
               {"candidate", {{1, nullptr}, {nullptr, 1}}}}}},
            {"classifiers",
             {{{"name", "auc_cells"},
               {"auc", 0.9},
               {"uncertainty", 0.01},
               {"showers", 500},
               {"curve", {{{"showers", 250}, {"auc", 0.8}, {"uncertainty", 0.02}}}},
               {"roc", {{0, 0}, {0.2, 0.9}, {1, 1}}}}}},
            {"metrics", {{{"energy", "10:500"}, {"n_reference", 100}, {"n_candidate", 200}}}}};
}

std::vector<std::string> names_of(const std::vector<fs::path>& paths) {
    std::vector<std::string> out;
    for (const fs::path& path : paths) out.push_back(path.filename());
    return out;
}

std::string write_one(const Json& one, const TemporaryFolder& folder) {
    const auto paths = write_figures(one, folder.path());
    return paths.size() == 1 ? core::read_text(paths.front()) : "";
}

TEST(Figures, OneFileForEachNameOnePageForEachEnergy) {
    TemporaryFolder folder;
    const auto paths = write_figures(drawing(), folder / "report/figures");
    EXPECT_THAT(names_of(paths), UnorderedElementsAre("longitudinal_profile.pdf", "cell_spectrum.pdf",
                                                      "correlations.pdf", "classifiers.pdf"));
    EXPECT_EQ(folder.count(), 2 + 4);
    for (const fs::path& path : paths) {
        const std::string pdf = core::read_text(path);
        EXPECT_TRUE(pdf.starts_with("%PDF-")) << path;
        EXPECT_THAT(pdf, HasSubstr("%%EOF")) << path;
        EXPECT_EQ(test::count_of(pdf, "/Subtype /Image"), 0U) << path;
        const std::string name = path.filename();
        const bool two = name == "longitudinal_profile.pdf" || name == "classifiers.pdf";
        EXPECT_EQ(test::pages_of(pdf), two ? 2U : 1U) << path;
    }
}

TEST(Figures, TheSameDrawingGivesTheSameBytes) {
    TemporaryFolder folder;
    const auto first = write_figures(drawing(), folder / "first");
    const auto second = write_figures(drawing(), folder / "second");
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i)
        EXPECT_EQ(core::read_text(first[i]), core::read_text(second[i]));
}

TEST(Figures, ShowNamesNumbersAndValues) {
    TemporaryFolder folder;
    const Json one = {{"reference", {{"name", "Geant4"}}},
                      {"profiles", Json::array({profile("p", "10:500", {1, 2}, {1, 2})})}};
    const std::string plain = write_one(one, folder);
    const auto changed = [&](const char* pointer, const Json& value) {
        Json other = one;
        other[Json::json_pointer(pointer)] = value;
        return write_one(other, folder) != plain;
    };
    EXPECT_FALSE(changed("/profiles/0/group", "energy"));
    EXPECT_TRUE(changed("/reference/name", "Geant4 11"));
    EXPECT_TRUE(changed("/candidate", "network"));
    EXPECT_TRUE(changed("/metrics", {{{"energy", "10:500"}, {"n_reference", 5}, {"n_candidate", 6}}}));
    EXPECT_FALSE(changed("/metrics", {{{"energy", "10:20"}, {"n_reference", 5}, {"n_candidate", 6}}}));
    EXPECT_TRUE(changed("/profiles/0/title", "T"));
    EXPECT_TRUE(changed("/profiles/0/x_label", "depth"));
    EXPECT_TRUE(changed("/profiles/0/y_label", "share"));
    EXPECT_TRUE(changed("/profiles/0/log_y", true));
    EXPECT_TRUE(changed("/profiles/0/energy", "10:20"));
    EXPECT_TRUE(changed("/profiles/0/reference/error/0", 0.4));
    EXPECT_TRUE(changed("/profiles/0/candidate/error/0", 0.4));
    EXPECT_TRUE(changed("/profiles/0/candidate/y/1", 1.5));
}

TEST(Figures, ShowCorrelationsAndClassifiers) {
    TemporaryFolder folder;
    const auto read_all = [&](const Json& one) {
        std::string out;
        for (const fs::path& path : write_figures(one, folder.path())) out += core::read_text(path);
        return out;
    };
    const std::string plain = read_all(drawing());
    for (const char* pointer :
         {"/correlations/0/reference/0/1", "/correlations/0/candidate/1/1", "/classifiers/0/auc",
          "/classifiers/0/uncertainty", "/classifiers/0/curve/0/showers", "/classifiers/0/curve/0/auc",
          "/classifiers/0/curve/0/uncertainty", "/classifiers/0/roc/1/0", "/classifiers/0/roc/1/1"}) {
        Json other = drawing();
        Json& value = other[Json::json_pointer(pointer)];
        value = value.get<double>() * 0.7;
        EXPECT_NE(read_all(other), plain) << pointer;
    }
}

TEST(Figures, WhatIsMissingOrStrangeIsNotDrawn) {
    TemporaryFolder folder;
    for (const Json& strange : {Json(), Json::array(), Json(5), Json::object(), Json({{"profiles", nullptr}}),
                                Json({{"correlations", Json::array()}, {"classifiers", Json::object()}})}) {
        EXPECT_TRUE(write_figures(strange, folder.path()).empty()) << strange;
    }
    EXPECT_EQ(folder.count(), 0);
}

TEST(Figures, StrangeValuesGiveAPageWithoutEntries) {
    TemporaryFolder folder;
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double inf = std::numeric_limits<double>::infinity();
    const auto page = [&](const Json& y) {
        return write_one({{"profiles", Json::array({profile("p", "10:500", y, y)})}}, folder);
    };
    const std::string nothing = page(Json::array());
    EXPECT_EQ(test::pages_of(nothing), 1U);
    EXPECT_EQ(page({nullptr, nullptr}), nothing);
    EXPECT_EQ(page({nan, inf}), nothing);
    EXPECT_EQ(page({0, 0.0}), nothing);
    EXPECT_EQ(page({"one", true}), nothing);
    EXPECT_NE(page(Json::array({1})), nothing);
    Json broken = profile("p", "10:500", {1, 2}, {1, 2});
    for (const Json& edges :
         {Json(), Json::array({0}), Json({0, 0, 1}), Json({2, 1, 0}), Json({0, nan, 1})}) {
        broken["edges"] = edges;
        EXPECT_EQ(write_one({{"profiles", Json::array({broken})}}, folder), nothing) << edges;
    }
}

TEST(Figures, UndefinedCorrelationsAndUntrainedClassifiersGetTheirPages) {
    TemporaryFolder folder;
    const Json empty = {{"correlations",
                         {{{"energy", "10:500"},
                           {"names", Json::array({"radius"})},
                           {"reference", Json::array({Json::array({nullptr})})}}}},
                        {"classifiers", {{{"name", "auc_cells"}, {"auc", nullptr}}}}};
    const auto paths = write_figures(empty, folder.path());
    ASSERT_EQ(paths.size(), 2U);
    EXPECT_EQ(test::pages_of(core::read_text(paths[0])), 1U);
    EXPECT_EQ(test::pages_of(core::read_text(paths[1])), 2U);
}

TEST(Figures, NamesStayWithinTheFolder) {
    TemporaryFolder folder;
    const Json one = Json::array({1});
    Json hostile = {{"profiles", Json::array()},
                    {"correlations",
                     {{{"energy", "10:500"},
                       {"names", Json::array({"a"})},
                       {"reference", Json::array({Json::array({1})})}}}}};
    for (const char* name : {"../../outside", "a/b", "a_b", "correlations", ".hidden", "bad \xFF byte"})
        hostile["profiles"].push_back(profile(name, "10:500", one, one));
    hostile["profiles"].push_back(profile(std::string(500, 'n'), "10:500", one, one));
    const auto paths = write_figures(hostile, folder / "figures");
    EXPECT_THAT(names_of(paths), UnorderedElementsAre("correlations.pdf", "_._.._outside.pdf", "a_b.pdf",
                                                      "a_b-2.pdf", "correlations-2.pdf", "_hidden.pdf",
                                                      "bad___byte.pdf", std::string(100, 'n') + ".pdf"));
    EXPECT_EQ(folder.count(), 1 + 8);
}

TEST(Figures, ProfilesWithoutANameAreRefusedBeforeAnythingIsWritten) {
    TemporaryFolder folder;
    Json bad = drawing();
    bad["profiles"].push_back({{"energy", "10:500"}});
    EXPECT_THAT(message_of<core::InputError>([&] { write_figures(bad, folder.path()); }),
                HasSubstr("no name"));
    EXPECT_EQ(folder.count(), 0);
}

TEST(Figures, AFolderThatCannotBeMadeIsAnError) {
    TemporaryFolder folder;
    std::ofstream(folder / "file") << "in the way";
    EXPECT_THAT(message_of<core::RunError>([&] { write_figures(drawing(), folder / "file/figures"); }),
                HasSubstr("cannot make the folder"));
    EXPECT_EQ(folder.count(), 1);
}

TEST(Figures, FilesAreWholeOrAbsent) {
    TemporaryFolder folder;
    fs::create_directories(folder / "longitudinal_profile.pdf");
    EXPECT_THROW(write_figures(drawing(), folder.path()), core::RunError);
    for (const auto& entry : fs::directory_iterator(folder.path())) {
        EXPECT_EQ(entry.path().extension(), ".pdf");
        if (!entry.is_regular_file()) continue;
        EXPECT_THAT(core::read_text(entry.path()), HasSubstr("%%EOF"));
    }
}

}  // namespace
}  // namespace caloforge::validate
