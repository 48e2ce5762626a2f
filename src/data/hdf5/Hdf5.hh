#pragma once

// Private to src/data: the only header of Caloforge that includes HDF5's.

#include <H5public.h>
#include <hdf5.h>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace caloforge::data::hdf5 {

/// The right to call HDF5: held around every section that does. HDF5 may be built without thread safety, and
/// loader and writer run on threads of their own. Recursive, so that handles may close inside a section. Also
/// silences HDF5's own error printing, which is a setting per thread.
class Lock {
  public:
    Lock();
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

  private:
    std::lock_guard<std::recursive_mutex> guard_;
};

/// Owns one HDF5 identifier of any kind; closes it under the lock.
class Handle {
  public:
    Handle() = default;
    explicit Handle(hid_t id) : id_(id) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
    Handle& operator=(Handle&& other) noexcept {
        if (this != &other) {
            close();
            id_ = std::exchange(other.id_, H5I_INVALID_HID);
        }
        return *this;
    }
    ~Handle() { close(); }

    hid_t id() const { return id_; }
    bool valid() const { return id_ >= 0; }
    /// False when HDF5 could not close it (a file whose last blocks could not be written).
    bool close();

  private:
    hid_t id_ = H5I_INVALID_HID;
};

/// What HDF5 last failed at on this thread, innermost cause first, on one line. Call under the same lock.
std::string last_error();

/// What to do about a file or data set of a newer format than this HDF5 reads.
std::string newer_format_advice();

/// The name with everything but printable ASCII replaced, for messages: names come from files.
std::string printable(const std::string& name);

/// Names in the root group of what lies in this file, be it by a soft link, sorted; of the first 1000.
std::vector<std::string> root_names(hid_t file);
/// The others: links to other files, which are not followed, and to nothing.
std::vector<std::string> names_elsewhere(hid_t file);

/// The text of an attribute; "" when it is absent, not text, or longer than 1 MiB. Arrays of strings are
/// joined with commas.
std::string text_attribute(hid_t object, const char* name);

}  // namespace caloforge::data::hdf5
