#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace caloforge::test {

/// An empty folder of the running test; gone, with all that is in it, when the test ends.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        path_ = std::filesystem::temp_directory_path() / ("caloforge-" + std::to_string(::getpid()) + "-" +
                                                          test->test_suite_name() + "-" + test->name());
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    /// How many files and folders lie in it, at any depth.
    long count() const {
        return std::distance(std::filesystem::recursive_directory_iterator(path_),
                             std::filesystem::recursive_directory_iterator{});
    }

  private:
    std::filesystem::path path_;
};

}  // namespace caloforge::test
