#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace caloforge::core {

/// An output path that appears whole or not at all. Write to `temporary()`, then `commit()`: fsync, rename
/// over the target (over the file behind it, where it is a symbolic link), fsync of the folder where it can
/// be synced. Without commit, the destructor removes the temporary file.
class AtomicFile {
  public:
    /// Makes the folder of `target` if it is missing, and an empty temporary file in it, under a name that no
    /// other process has. Throws RunError where it cannot be written: a target that is a folder, a device, a
    /// FIFO or protected from writing (no write bit; also for root), a folder that is no folder or read-only.
    explicit AtomicFile(std::filesystem::path target);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    const std::filesystem::path& temporary() const { return temporary_; }
    const std::filesystem::path& target() const { return target_; }
    /// Throws RunError when the file cannot be made durable (full disk); the target is then untouched.
    void commit();

  private:
    std::filesystem::path target_;
    std::filesystem::path temporary_;
    bool committed_ = false;
};

/// Throws RunError where AtomicFile would: now, rather than behind hours of work. Leaves nothing.
void check_writable(const std::filesystem::path& path);

/// Writes `text` to `path`, whole or not at all. Throws RunError.
void write_text(const std::filesystem::path& path, std::string_view text);

/// The whole file as text. Throws InputError when it cannot be read, or is no plain file.
std::string read_text(const std::filesystem::path& path);

/// Throws InputError saying why a path is none that can be read as a file: missing, a folder, a device or
/// FIFO (which would be waited for), forbidden.
void check_plain_file(const std::filesystem::path& path);

}  // namespace caloforge::core
