#pragma once

#include <filesystem>
#include <string>

#include "core/AtomicFile.hh"
#include "data/hdf5/Hdf5.hh"

namespace caloforge::data::hdf5 {

/// An HDF5 file being made: it appears under its name with commit(), whole, or leaves nothing behind. Data
/// sets are closed before. Calls are made under Lock.
class OutputFile {
  public:
    /// Throws RunError where it cannot be made.
    explicit OutputFile(const std::filesystem::path& target);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    hid_t id() const { return file_.id(); }
    const std::filesystem::path& target() const { return atomic_.target(); }
    /// Text as an attribute of `object` (the file, a data set). Throws RunError.
    void text_attribute(hid_t object, const char* name, const std::string& text) const;
    void pair_attribute(hid_t object, const char* name, double first, double second) const;
    /// Writes what HDF5 holds back and closes. Throws RunError. Then `publish`, which needs no lock.
    void close();
    /// Makes durable and renames. Throws RunError.
    void publish() { atomic_.commit(); }
    /// "cannot write FILE (why). Is the disk full?", from HDF5's last error.
    [[noreturn]] void fail(const std::string& why) const;

  private:
    void abandon();

    core::AtomicFile atomic_;
    Handle file_;
};

}  // namespace caloforge::data::hdf5
