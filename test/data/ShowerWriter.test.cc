#include "data/ShowerWriter.hh"

#include <sys/resource.h>
#include <sys/wait.h>

#include <cmath>
#include <csignal>
#include <numbers>
#include <thread>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"
#include "data/LayoutForm.hh"
#include "data/RandomShowers.hh"
#include "data/RawHdf5.hh"

namespace caloforge::data {
namespace {

using core::InputError;
using core::RunError;
using testing::AllOf;
using testing::HasSubstr;

class ShowerWriterTest : public testing::Test {
  protected:
    const test::TemporaryFolder folder_;
    const std::filesystem::path path_ = folder_ / "showers.h5";
};

/// Several numbers of showers, so that chunks of 8 (cells) and 1024 (columns) are full, partial and cut by
/// batches.
TEST_F(ShowerWriterTest, RoundTripOfEveryLayout) {
    for (const LayoutForm& form : layouts()) {
        const Layout layout = form.layout;
        const bool cylindrical = form.shape(test::cartesian_grid).empty();
        for (const std::size_t count : {1, 8, 13, cylindrical ? 20 : 1500}) {
            for (const int gzip_level : {0, 1, 6}) {
                auto showers =
                    test::random_showers(cylindrical ? test::cylinder : test::cartesian_grid, count);
                showers.conditions.add({"wind", {2, 3}, "m/s"}, std::vector<float>(6 * count, 2));
                {
                    ShowerWriter writer(path_, showers.readout, {.layout = layout, .gzip_level = gzip_level});
                    for (std::size_t first = 0; first < count; first += 5) {
                        writer.append(test::slice(showers, first, std::min<std::size_t>(5, count - first)));
                    }
                    EXPECT_EQ(writer.size(), count);
                    writer.commit();
                }
                const auto read = test::read_file(path_);
                EXPECT_EQ(ShowerFile(path_).layout(), layout);
                EXPECT_EQ(read.readout, showers.readout);
                EXPECT_EQ(read.conditions.fields(), showers.conditions.fields());
                for (const char* name : {"impact", "direction", "particle", "wind"})
                    EXPECT_EQ(test::values(read, name), test::values(showers, name)) << name;
                if (form_of(layout).unit == 1) {
                    EXPECT_EQ(read.cells, showers.cells);
                    EXPECT_EQ(test::values(read, "energy"), test::values(showers, "energy"));
                } else {  // to the unit and back
                    EXPECT_THAT(read.cells, testing::Pointwise(testing::FloatEq(), showers.cells));
                    EXPECT_THAT(test::values(read, "energy"),
                                testing::Pointwise(testing::FloatEq(), test::values(showers, "energy")));
                }
            }
        }
    }
    EXPECT_EQ(folder_.count(), 1);
}

TEST(Layouts, AreDocumented) {
    const std::string page = core::read_text(CALOFORGE_SOURCE_DIR "/doc/format/showers.md");
    for (const LayoutForm& form : layouts()) {
        EXPECT_EQ(&form_of(form.layout), &form);
        EXPECT_THAT(page, AllOf(HasSubstr("`" + form.cells + "`"), HasSubstr(form.name))) << form.name;
        for (const auto& column : form.columns) EXPECT_THAT(page, HasSubstr("`" + column.dataset + "`"));
    }
}

/// The chunks are encoded by hand; HDF5's own filters must make the same of them.
TEST_F(ShowerWriterTest, Hdf5ReadsWhatWeEncode) {
    const auto showers = test::random_showers(test::cartesian_grid, 13);
    for (const int gzip_level : {0, 1, 9}) {
        test::write_file(path_, showers, {.gzip_level = gzip_level});
        EXPECT_EQ(test::read_by_hdf5(path_, "ECAL"), showers.cells);
        EXPECT_EQ(test::read_by_hdf5(path_, "energy"), test::values(showers, "energy"));
        EXPECT_EQ(test::read_by_hdf5(path_, "impact"), test::values(showers, "impact"));
        EXPECT_EQ(test::read_by_hdf5(path_, "direction"), test::values(showers, "direction"));
        const auto target = test::read_by_hdf5(path_, "target");
        EXPECT_EQ(target[2 * 12], -11);
        EXPECT_EQ(target[2 * 11], 22);
        EXPECT_EQ(target[2 * 12 + 1], test::values(showers, "energy")[12]);
    }
}

/// Layers that differ, and cells that follow no rule.
TEST_F(ShowerWriterTest, RoundTripOfEveryReadOut) {
    using geometry::Readout;
    const Readout rings = geometry::ReadoutRings({{{0, 5, 10, 30}, 1, 0}, {{2, 4, 7}, 10, 12}});
    const Readout list = geometry::ReadoutCells({{{-2.5, 0, 5, 10}, {2.5, 0, 5, 10}}, {{0.1, -0.1, 3, 3}}});
    for (const Readout& readout : {rings, list}) {
        const auto showers = test::random_showers(readout, 20);
        test::write_file(path_, showers, {.layout = Layout::calochallenge});
        const auto read = test::read_file(path_);
        EXPECT_EQ(read.readout, readout);
        EXPECT_THAT(read.cells, testing::Pointwise(testing::FloatEq(), showers.cells));
    }
}

/// No PDG code is no particle, and comes back as such.
TEST_F(ShowerWriterTest, WhatNobodySaysIsNotMadeUp) {
    auto showers = test::random_showers(test::cartesian_grid, 9);
    showers.conditions.remove("particle");
    test::write_file(path_, showers);
    EXPECT_EQ(test::read_by_hdf5(path_, "target")[4], 0);
    EXPECT_EQ(test::read_file(path_).conditions.fields(), showers.conditions.fields());
}

TEST_F(ShowerWriterTest, DirectionsInDegreesAreRecognisedWhenRead) {
    for (const std::size_t angle : {0, 1}) {
        auto showers = test::random_showers(test::cartesian_grid, 9);
        showers.conditions.values("direction")[2 * 4 + angle] = 30;
        test::write_file(path_, showers);
        EXPECT_THAT(test::message_of<InputError>([&] { test::read_file(path_); }),
                    testing::AllOf(testing::HasSubstr("shower 4"), testing::HasSubstr("degrees?"),
                                   testing::HasSubstr(angle == 0 ? "theta = 30" : "phi = 30")));
    }
}

TEST_F(ShowerWriterTest, ThetaIsThePolarAngle) {
    auto showers = test::random_showers(test::cartesian_grid, 9);
    test::write_file(path_, showers, {.layout = Layout::variable_angle});
    const auto direction = test::values(showers, "direction"), theta = test::read_by_hdf5(path_, "theta");
    for (std::size_t i = 0; i < 9; ++i) {
        const float sign = direction[2 * i + 1] == 0 ? 1 : -1;
        EXPECT_FLOAT_EQ(theta[i], std::numbers::pi_v<float> / 2 + sign * direction[2 * i]);
    }
    showers.conditions.values("direction")[2 * 4 + 1] = 1;
    EXPECT_THAT(test::message_of<InputError>(
                    [&] { test::write_file(path_, showers, {.layout = Layout::variable_angle}); }),
                AllOf(HasSubstr("shower 4"), HasSubstr("phi 1")));
    showers.conditions.remove("direction");
    EXPECT_THAT(test::message_of<InputError>(
                    [&] { test::write_file(path_, showers, {.layout = Layout::variable_angle}); }),
                HasSubstr("no `direction`"));
}

TEST_F(ShowerWriterTest, NamesThatNoDataSetCanHave) {
    for (const char* name : {"target", "a/b", "", "1st", "ECAL"}) {
        auto showers = test::random_showers(test::cartesian_grid, 2);
        showers.conditions.add({name, {1}, "1"});
        EXPECT_THAT(test::message_of<InputError>([&] { test::write_file(path_, showers); }),
                    HasSubstr("no name for a data set"));
    }
}

TEST_F(ShowerWriterTest, CaloChallengeFileOrderAndUnit) {
    const auto showers = test::random_showers(test::cylinder, 2);
    test::write_file(path_, showers, {.layout = Layout::calochallenge});
    const auto voxels = test::read_by_hdf5(path_, "showers");
    for (const std::size_t cell : {0U, 1234U, 6479U})
        EXPECT_FLOAT_EQ(voxels[6480 + cell], 1000 * showers.shower(1)[cell]);
    EXPECT_FLOAT_EQ(test::read_by_hdf5(path_, "incident_energies")[1],
                    1000 * test::values(showers, "energy")[1]);
}

TEST_F(ShowerWriterTest, ScaleMultipliesTheCells) {
    const auto showers = test::random_showers(test::cartesian_grid, 3);
    test::write_file(path_, showers, {.layout = Layout::variable_angle, .scale = 50});
    EXPECT_FLOAT_EQ(test::read_by_hdf5(path_, "ECAL")[7], 50 * showers.cells[7]);
    EXPECT_EQ(test::read_by_hdf5(path_, "energy"), test::values(showers, "energy"));
    EXPECT_THAT(test::read_file(path_, test::read_options(50, 1e-6)).cells,
                testing::Pointwise(testing::FloatEq(), showers.cells));
}

/// Neither time nor threads leave a trace in the file.
TEST_F(ShowerWriterTest, EqualShowersGiveEqualFiles) {
    const auto showers = test::random_showers(test::cartesian_grid, 3000);
    test::write_file(path_, showers);
    const std::string first = core::read_text(path_);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // HDF5's time stamps count seconds
    test::write_file(path_, showers);
    EXPECT_TRUE(core::read_text(path_) == first);
}

TEST_F(ShowerWriterTest, LongProvenanceIsKept) {
    const std::string text(200000, 'x');
    test::write_file(path_, test::random_showers(test::cartesian_grid, 1), {.provenance = {{"long", text}}});
    EXPECT_EQ(ShowerFile(path_).describe().at("provenance").at("long"), text);
}

TEST_F(ShowerWriterTest, NothingIsLeftWithoutCommit) {
    {
        ShowerWriter writer(path_, test::cartesian_grid);
        for (int i = 0; i < 50; ++i) writer.append(test::random_showers(test::cartesian_grid, 100));
    }
    EXPECT_EQ(folder_.count(), 0);
}

TEST_F(ShowerWriterTest, TheOldFileStaysUntilCommit) {
    core::write_text(path_, "old");
    {
        ShowerWriter writer(path_, test::cartesian_grid);
        writer.append(test::random_showers(test::cartesian_grid, 10));
        EXPECT_EQ(core::read_text(path_), "old");
    }
    EXPECT_EQ(core::read_text(path_), "old");
}

TEST_F(ShowerWriterTest, BatchesThatDoNotFit) {
    ShowerWriter writer(path_, test::cartesian_grid);
    const auto refusal = [&](const ShowerBatch& batch) {
        return test::message_of<InputError>([&] { writer.append(batch); });
    };
    const auto good = test::random_showers(test::cartesian_grid, 4);
    EXPECT_THAT(refusal(test::random_showers(geometry::ReadoutGrid{2, 2, 2, 0, 0}, 4)), HasSubstr("2x2x2"));
    EXPECT_THAT(refusal(test::random_showers(geometry::ReadoutRings::regular(3, 4, 5), 4)),
                HasSubstr("4 sectors"));
    auto batch = good;
    batch.cells.pop_back();
    EXPECT_THAT(refusal(batch), HasSubstr("239 energies"));
    writer.append(good);
    batch = good;
    batch.conditions.remove("impact");
    EXPECT_THAT(refusal(batch),
                AllOf(HasSubstr("energy, direction"), HasSubstr("energy, impact, direction")));
    EXPECT_EQ(writer.size(), 4U);
    writer.commit();
    EXPECT_EQ(test::read_file(path_).cells, good.cells);
}

TEST_F(ShowerWriterTest, WrongOptions) {
    const auto refusal = [&](const geometry::Readout& readout, const WriteOptions& options) {
        return test::message_of<InputError>([&] { ShowerWriter writer(path_, readout, options); });
    };
    EXPECT_THAT(refusal(test::cylinder, {}), AllOf(HasSubstr("16 sectors"), HasSubstr("3DGAN fixed angle")));
    EXPECT_THAT(refusal(test::cartesian_grid, {.layout = Layout::calochallenge}), HasSubstr("Cartesian"));
    EXPECT_THAT(refusal({}, {}), HasSubstr("empty grid"));
    EXPECT_THAT(refusal(test::cartesian_grid, {.gzip_level = 10}), HasSubstr("gzip level 10"));
    EXPECT_THAT(refusal(test::cartesian_grid, {.chunk_showers = 0}), HasSubstr("chunks of 0"));
    EXPECT_THAT(refusal(test::cartesian_grid, {.scale = -1}), HasSubstr("scale -1"));
    EXPECT_EQ(folder_.count(), 0);
}

TEST_F(ShowerWriterTest, BadShowersAreNotWritten) {
    for (const float bad : {std::nanf(""), INFINITY, -1.0F}) {
        ShowerWriter writer(path_, test::cartesian_grid);
        auto batch = test::random_showers(test::cartesian_grid, 20);
        batch.shower(11)[17] = bad;
        const auto message = test::message_of<RunError>([&] {
            writer.append(batch);
            writer.commit();
        });
        EXPECT_THAT(message, AllOf(HasSubstr("shower 11"), HasSubstr("cell 17")));
    }
    EXPECT_EQ(folder_.count(), 0);
}

TEST_F(ShowerWriterTest, NoShowersAtAll) {
    ShowerWriter writer(path_, test::cartesian_grid);
    EXPECT_THAT(test::message_of<RunError>([&] { writer.commit(); }), HasSubstr("no shower"));
}

TEST_F(ShowerWriterTest, AFolderThatCannotBeWritten) {
    core::write_text(folder_ / "file", "");
    EXPECT_THAT(test::message_of<RunError>(
                    [&] { ShowerWriter writer(folder_ / "file" / "out.h5", test::cartesian_grid); }),
                HasSubstr("cannot make the folder"));
}

/// In a process of its own, because the limit on the size of files holds for all of it. 0: as it should be.
int write_against_limit(const std::filesystem::path& path, rlim_t limit, int gzip_level) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{limit, limit};
    if (::setrlimit(RLIMIT_FSIZE, &small) != 0) return 2;
    try {
        ShowerWriter writer(path, test::cartesian_grid, {.gzip_level = gzip_level});
        for (int i = 0; i < 200; ++i) writer.append(test::random_showers(test::cartesian_grid, 100));
        writer.commit();
        return 3;
    } catch (const RunError& error) {
        const std::string message = error.what();
        return message.find("File too large") != std::string::npos &&
                       message.find("Is the disk full?") != std::string::npos
                   ? 0
                   : 4;
    } catch (...) {
        return 5;
    }
}

/// A disk that is full from the start, during the run, and for the last bytes.
TEST_F(ShowerWriterTest, FullDisk) {
    for (const rlim_t limit : {rlim_t{0}, rlim_t{1000}, rlim_t{100000}, rlim_t{900000}}) {
        for (const int gzip_level : {0, 1}) {
            const pid_t child = ::fork();
            ASSERT_GE(child, 0);
            if (child == 0) ::_exit(write_against_limit(path_, limit, gzip_level));
            int status = -1;
            ASSERT_EQ(::waitpid(child, &status, 0), child);
            ASSERT_TRUE(WIFEXITED(status));
            EXPECT_EQ(WEXITSTATUS(status), 0) << "limit " << limit << ", gzip " << gzip_level;
            EXPECT_EQ(folder_.count(), 0);
        }
    }
}

/// Writers and readers at work at once: HDF5 is entered by one thread at a time.
TEST_F(ShowerWriterTest, WritesWhileOthersRead) {
    const auto showers = test::random_showers(test::cartesian_grid, 500);
    test::write_file(folder_ / "input.h5", showers);
    std::vector<std::thread> threads;
    std::vector<int> equal(3, 0);
    for (int reader = 0; reader < 3; ++reader) {
        threads.emplace_back([&, reader] {
            for (int i = 0; i < 10; ++i) {
                if (test::read_file(folder_ / "input.h5").cells == showers.cells) ++equal[reader];
            }
        });
    }
    for (int i = 0; i < 10; ++i) test::write_file(path_, showers);
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(equal, std::vector<int>(3, 10));
    EXPECT_EQ(test::read_file(path_).cells, showers.cells);
}

}  // namespace
}  // namespace caloforge::data
