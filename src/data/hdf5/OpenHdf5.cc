#include "data/hdf5/OpenHdf5.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "data/hdf5/HeaderGuard.hh"
#include "data/hdf5/Signature.hh"

namespace caloforge::data::hdf5 {
namespace fs = std::filesystem;
using core::InputError;
namespace {

/// Throws InputError for what can be said without HDF5.
void check_is_hdf5_file(const fs::path& path) {
    core::check_plain_file(path);
    std::error_code failure;
    if (fs::file_size(path, failure) == 0) {
        throw InputError(fmt::format(
            "cannot read {} (it is empty). Did the program that wrote it stop early?", path.string()));
    }
    if (!has_signature(path)) {
        throw InputError(fmt::format(
            "{} is not an HDF5 file (it lacks the signature). Is it another kind of file?", path.string()));
    }
}

/// HDF5 locks what it has open for writing. Where a file system has no locks (Lustre mounted without them),
/// reading goes on without, and so it does where the user told HDF5 not to lock.
void check_nobody_writes(const fs::path& path) {
    const char* told = std::getenv("HDF5_USE_FILE_LOCKING");
    if (told != nullptr && (std::strcmp(told, "FALSE") == 0 || std::strcmp(told, "0") == 0)) return;
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    const bool taken = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    if (taken) {
        throw InputError(
            fmt::format("cannot read {} (it is open for writing in another program). Wait until that has "
                        "closed it? (Where "
                        "the lock is left over: HDF5_USE_FILE_LOCKING=FALSE)",
                        path.string()));
    }
}

/// What to do about HDF5's reason for not opening a file.
std::string advice(const std::string& cause) {
    const auto says = [&](const char* words) { return cause.find(words) != std::string::npos; };
    if (says("truncated") || says("eof")) return "It is cut short: copy it again?";
    if (says("already open for write"))
        return "Is it open for writing in another program, or did that end early? (h5clear -s mends the "
               "latter)";
    if (says("bad superblock version") || says("version number")) return newer_format_advice();
    return "Is the file damaged?";
}

}  // namespace

Handle open_for_reading(const fs::path& path) {
    check_is_hdf5_file(path);
    check_nobody_writes(path);
    const Handle access(H5Pcreate(H5P_FILE_ACCESS));
    H5Pset_file_locking(access.id(), false, true);
    Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()));
    if (!file.valid()) {
        const std::string cause = last_error();
        throw InputError(fmt::format("cannot open {} ({}). {}", path.string(), cause, advice(cause)));
    }
    if (!is_safe_to_open(file.id(), "/")) {
        throw InputError(fmt::format(
            "cannot open {} (the header of its root group is damaged). Copy it again?", path.string()));
    }
    return file;
}

}  // namespace caloforge::data::hdf5
