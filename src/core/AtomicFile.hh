#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace caloforge::core {

/// An output path that appears whole or not at all. Write to `temporary()`, then `commit()`: fsync, rename
/// over the target, fsync of the folder. Without commit, the destructor removes the temporary file.
class AtomicFile {
  public:
    /// Makes the folder of `target` if it is missing. Throws RunError where it cannot be written.
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

/// Writes `text` to `path`, whole or not at all. Throws RunError.
void write_text(const std::filesystem::path& path, std::string_view text);

/// The whole file as text. Throws InputError when it cannot be read.
std::string read_text(const std::filesystem::path& path);

}  // namespace caloforge::core
