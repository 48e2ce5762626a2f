#include "data/hdf5/OpenHdf5.hh"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/Error.hh"
#include "data/hdf5/HeaderGuard.hh"
#include "data/hdf5/Signature.hh"

namespace caloforge::data::hdf5 {
namespace fs = std::filesystem;
using core::InputError;
namespace {

/// Throws InputError for what can be said without HDF5.
void check_is_hdf5_file(const fs::path& path) {
    std::error_code failure;
    const auto status = fs::status(path, failure);
    const char* why = nullptr;
    if (status.type() == fs::file_type::not_found)
        why = "there is no such file";
    else if (fs::is_directory(status))
        why = "it is a folder";
    else if (!fs::is_regular_file(status))
        why = "it is not a plain file";
    if (why != nullptr) {
        throw InputError(fmt::format("cannot read {} ({}). Is the path right?", path.string(), why));
    }
    if (fs::file_size(path, failure) == 0) {
        throw InputError(fmt::format(
            "cannot read {} (it is empty). Did the program that wrote it stop early?", path.string()));
    }
    if (!std::ifstream(path)) {
        throw InputError(
            fmt::format("cannot read {} ({}). May you read it?", path.string(), std::strerror(errno)));
    }
    if (!has_signature(path)) {
        throw InputError(fmt::format(
            "{} is not an HDF5 file (it lacks the signature). Is it another kind of file?", path.string()));
    }
}

}  // namespace

Handle open_for_reading(const fs::path& path) {
    check_is_hdf5_file(path);
    Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
    if (!file.valid()) {
        const std::string cause = last_error();
        const bool truncated =
            cause.find("truncated") != std::string::npos || cause.find("eof") != std::string::npos;
        throw InputError(fmt::format("cannot open {} ({}). {}", path.string(), cause,
                                     truncated ? "It is cut short: copy it again?" : "Is the file damaged?"));
    }
    if (!is_safe_to_open(file.id(), "/")) {
        throw InputError(fmt::format(
            "cannot open {} (the header of its root group is damaged). Copy it again?", path.string()));
    }
    return file;
}

}  // namespace caloforge::data::hdf5
