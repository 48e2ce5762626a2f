#pragma once

#include <filesystem>

namespace caloforge::core {

/// The right to what a file stands for, held by one process of all that see it, given back when the process
/// ends however it ends. Where the file system has no locks, everybody gets it.
class FileLock {
  public:
    /// Makes the file, and its folder where it is missing. Throws InputError when another process holds it:
    /// "`what` is in use by another process ...". Throws RunError when the file cannot be made.
    FileLock(std::filesystem::path file, const std::string& what);
    /// Removes the file, and the folder if it was made for it and is empty.
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    std::filesystem::path file_;
    int descriptor_ = -1;
    bool made_folder_ = false;
};

}  // namespace caloforge::core
