#include "validate/figure/Figures.hh"

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"
#include "validate/figure/PdfCheck.hh"

namespace caloforge::validate {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::TemporaryFolder;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Drawing profile(const std::string& name, const std::string& range, const std::vector<double>& reference,
                const std::vector<double>& candidate) {
    Drawing out;
    out.name = name;
    out.x_label = "layer";
    out.y_label = "share of the incident energy";
    out.range = range;
    for (std::size_t i = 0; i <= reference.size(); ++i) out.edges.push_back(static_cast<double>(i));
    const std::vector<double> errors(reference.size(), 0.1);
    out.reference = {reference, errors};
    out.candidate = {candidate, errors};
    return out;
}

FigureContent content() {
    FigureContent out;
    out.reference_name = "Geant4";
    out.candidate_name = "network";
    out.drawings = {profile("longitudinal_profile", "10:500", {1, 2, 3}, {1, 2, 2.5}),
                    profile("cell_spectrum", "10:500", {1, 2, 3}, {1, 2, 2.5}),
                    profile("longitudinal_profile", "10:20", {1, nan, 3}, {1, 2, nan})};
    out.correlations = {{"10:500", {"radius", "start"}, {{1, 0.5}, {0.5, 1}}, {{1, nan}, {nan, 1}}}};
    out.classifiers = {{"auc_cells", 0.9, 0.01, {{250, 0.8, 0.02}}, {{0, 0.2, 1}, {0, 0.9, 1}}}};
    out.counts = {{"10:500", 100, 200}};
    return out;
}

std::vector<std::string> names_of(const std::vector<fs::path>& paths) {
    std::vector<std::string> out;
    for (const fs::path& path : paths) out.push_back(path.filename());
    return out;
}

std::string write_one(const FigureContent& one, const TemporaryFolder& folder) {
    const auto paths = write_figures(one, folder.path());
    return paths.size() == 1 ? core::read_text(paths.front()) : "";
}

TEST(Figures, OneFileForEachNameOnePageForEachEnergy) {
    TemporaryFolder folder;
    const auto paths = write_figures(content(), folder / "report/figures");
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
    const auto first = write_figures(content(), folder / "first");
    const auto second = write_figures(content(), folder / "second");
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i)
        EXPECT_EQ(core::read_text(first[i]), core::read_text(second[i]));
}

TEST(Figures, ShowNamesNumbersAndValues) {
    TemporaryFolder folder;
    FigureContent one;
    one.reference_name = "Geant4";
    one.drawings = {profile("p", "10:500", {1, 2}, {1, 2})};
    const std::string plain = write_one(one, folder);
    const auto changed = [&](const std::function<void(FigureContent&)>& change) {
        FigureContent other = one;
        change(other);
        return write_one(other, folder) != plain;
    };
    EXPECT_FALSE(changed([](FigureContent& c) { c.drawings[0].group = "energy"; }));
    EXPECT_TRUE(changed([](FigureContent& c) { c.reference_name = "Geant4 11"; }));
    EXPECT_TRUE(changed([](FigureContent& c) { c.candidate_name = "network"; }));
    EXPECT_TRUE(changed([](FigureContent& c) { c.counts = {{"10:500", 5, 6}}; }));
    EXPECT_FALSE(changed([](FigureContent& c) { c.counts = {{"10:20", 5, 6}}; }));
    EXPECT_TRUE(changed([](FigureContent& c) { c.drawings[0].title = "T"; }));
    EXPECT_TRUE(changed([](FigureContent& c) { c.drawings[0].x_label = "depth"; }));
    EXPECT_TRUE(changed([](FigureContent& c) { c.drawings[0].y_label = "share"; }));
    EXPECT_TRUE(changed([](FigureContent& c) { c.drawings[0].log_y = true; }));
    EXPECT_TRUE(changed([](FigureContent& c) { c.drawings[0].range = "10:20"; }));
    EXPECT_TRUE(changed([](FigureContent& c) { c.drawings[0].reference.error[0] = 0.4; }));
    EXPECT_TRUE(changed([](FigureContent& c) { c.drawings[0].candidate.error[0] = 0.4; }));
    EXPECT_TRUE(changed([](FigureContent& c) { c.drawings[0].candidate.y[1] = 1.5; }));
    EXPECT_TRUE(changed([](FigureContent& c) { c.binning.symbol = "phase"; }));
    EXPECT_TRUE(changed([](FigureContent& c) { c.binning.unit = "rad"; }));
    EXPECT_TRUE(changed([](FigureContent& c) {
        c.counts = {{"10:500", 5, 6}};
        c.samples = "waves";
    }));
}

TEST(Figures, ShowCorrelationsAndClassifiers) {
    TemporaryFolder folder;
    const auto read_all = [&](const FigureContent& one) {
        std::string out;
        for (const fs::path& path : write_figures(one, folder.path())) out += core::read_text(path);
        return out;
    };
    const std::string plain = read_all(content());
    const std::function<double*(FigureContent&)> values[] = {
        [](FigureContent& c) { return &c.correlations[0].reference[0][1]; },
        [](FigureContent& c) { return &c.correlations[0].candidate[1][1]; },
        [](FigureContent& c) { return &*c.classifiers[0].auc; },
        [](FigureContent& c) { return &*c.classifiers[0].uncertainty; },
        [](FigureContent& c) { return &c.classifiers[0].learning_curve[0].auc; },
        [](FigureContent& c) { return &c.classifiers[0].learning_curve[0].uncertainty; },
        [](FigureContent& c) { return &c.classifiers[0].roc.reference[1]; },
        [](FigureContent& c) { return &c.classifiers[0].roc.candidate[1]; },
    };
    for (std::size_t i = 0; i < std::size(values); ++i) {
        FigureContent other = content();
        *values[i](other) *= 0.7;
        EXPECT_NE(read_all(other), plain) << i;
    }
    FigureContent other = content();
    other.classifiers[0].learning_curve[0].samples = 170;
    EXPECT_NE(read_all(other), plain);
}

TEST(Figures, OfNothingAreNone) {
    TemporaryFolder folder;
    EXPECT_TRUE(write_figures({}, folder.path()).empty());
    EXPECT_EQ(folder.count(), 0);
}

TEST(Figures, StrangeValuesGiveAPageWithoutEntries) {
    TemporaryFolder folder;
    constexpr double inf = std::numeric_limits<double>::infinity();
    const auto draw = [&](const Drawing& drawing) {
        FigureContent one;
        one.drawings = {drawing};
        return write_one(one, folder);
    };
    const auto page = [&](const std::vector<double>& y) { return draw(profile("p", "10:500", y, y)); };
    const std::string nothing = page({});
    EXPECT_EQ(test::pages_of(nothing), 1U);
    EXPECT_EQ(page({nan, nan}), nothing);
    EXPECT_EQ(page({nan, inf}), nothing);
    EXPECT_EQ(page({-inf, 1e101}), nothing);
    EXPECT_EQ(page({0, 0.0}), nothing);
    EXPECT_NE(page({1}), nothing);
    Drawing broken = profile("p", "10:500", {1, 2}, {1, 2});
    for (const auto& edges : std::vector<std::vector<double>>{{}, {0}, {0, 0, 1}, {2, 1, 0}, {0, nan, 1}}) {
        broken.edges = edges;
        EXPECT_EQ(draw(broken), nothing);
    }
    // Fewer values than bins: the rest is missing, as it would be if it were NaN.
    Drawing shorter = profile("p", "10:500", {1, 2, nan}, {1, 2, nan});
    const std::string missing = draw(shorter);
    shorter.reference.y.pop_back();
    shorter.candidate = {{1, 2}, {0.1, 0.1}};
    EXPECT_EQ(draw(shorter), missing);
}

TEST(Figures, UndefinedCorrelationsAndUntrainedClassifiersGetTheirPages) {
    TemporaryFolder folder;
    FigureContent empty;
    empty.correlations = {{"10:500", {"radius"}, {{nan}}, {}}};
    empty.classifiers = {{"auc_cells", std::nullopt, std::nullopt, {}, {}}};
    const auto paths = write_figures(empty, folder.path());
    ASSERT_EQ(paths.size(), 2U);
    EXPECT_EQ(test::pages_of(core::read_text(paths[0])), 1U);
    EXPECT_EQ(test::pages_of(core::read_text(paths[1])), 2U);
}

TEST(Figures, NamesStayWithinTheFolder) {
    TemporaryFolder folder;
    FigureContent hostile;
    hostile.correlations = {{"10:500", {"a"}, {{1}}, {}}};
    for (const char* name : {"../../outside", "a/b", "a_b", "correlations", ".hidden", "bad \xFF byte"})
        hostile.drawings.push_back(profile(name, "10:500", {1}, {1}));
    hostile.drawings.push_back(profile(std::string(500, 'n'), "10:500", {1}, {1}));
    const auto paths = write_figures(hostile, folder / "figures");
    EXPECT_THAT(names_of(paths), UnorderedElementsAre("correlations.pdf", "_._.._outside.pdf", "a_b.pdf",
                                                      "a_b-2.pdf", "correlations-2.pdf", "_hidden.pdf",
                                                      "bad___byte.pdf", std::string(100, 'n') + ".pdf"));
    EXPECT_EQ(folder.count(), 1 + 8);
}

TEST(Figures, DrawingsWithoutANameAreRefusedBeforeAnythingIsWritten) {
    TemporaryFolder folder;
    FigureContent bad = content();
    bad.drawings.push_back(profile("", "10:500", {1}, {1}));
    EXPECT_THAT(message_of<core::InputError>([&] { write_figures(bad, folder.path()); }),
                HasSubstr("no name"));
    EXPECT_EQ(folder.count(), 0);
}

TEST(Figures, AFolderThatCannotBeMadeIsAnError) {
    TemporaryFolder folder;
    std::ofstream(folder / "file") << "in the way";
    EXPECT_THAT(message_of<core::RunError>([&] { write_figures(content(), folder / "file/figures"); }),
                HasSubstr("cannot make the folder"));
    EXPECT_EQ(folder.count(), 1);
}

TEST(Figures, FilesAreWholeOrAbsent) {
    TemporaryFolder folder;
    fs::create_directories(folder / "longitudinal_profile.pdf");
    EXPECT_THROW(write_figures(content(), folder.path()), core::RunError);
    for (const auto& entry : fs::directory_iterator(folder.path())) {
        EXPECT_EQ(entry.path().extension(), ".pdf");
        if (!entry.is_regular_file()) continue;
        EXPECT_THAT(core::read_text(entry.path()), HasSubstr("%%EOF"));
    }
}

}  // namespace
}  // namespace caloforge::validate
