#include "core/FileLock.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/Error.hh"

namespace caloforge::core {
namespace {

/// Whether the name still leads to the file that was locked: its last holder may have removed it meanwhile.
bool is_same(const std::filesystem::path& file, int descriptor) {
    struct ::stat named {
    }, locked{};
    return ::stat(file.c_str(), &named) == 0 && ::fstat(descriptor, &locked) == 0 &&
           named.st_ino == locked.st_ino && named.st_dev == locked.st_dev;
}

}  // namespace

FileLock::FileLock(std::filesystem::path file, const std::string& what) : file_(std::move(file)) {
    std::error_code failure;
    if (file_.has_parent_path())
        made_folder_ = std::filesystem::create_directories(file_.parent_path(), failure);
    while (true) {
        descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (descriptor_ < 0) {
            throw RunError(fmt::format("cannot write {} ({}). Choose another output path?", file_.string(),
                                       std::strerror(errno)));
        }
        const bool locked = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
        if (!locked && errno == EWOULDBLOCK) {
            ::close(std::exchange(descriptor_, -1));
            throw InputError(fmt::format(
                "{} is in use by another process, here or on another machine ({} is locked). Name another "
                "folder, or wait until it has ended?",
                what, file_.string()));
        }
        if (!locked || is_same(file_, descriptor_)) return;
        ::close(std::exchange(descriptor_, -1));
    }
}

FileLock::~FileLock() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
    if (made_folder_) std::filesystem::remove(file_.parent_path(), ignored);
    ::close(descriptor_);
}

}  // namespace caloforge::core
