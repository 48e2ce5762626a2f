#include "core/AtomicFile.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/Error.hh"

namespace caloforge::core {
namespace fs = std::filesystem;
namespace {

/// Asks the kernel to put a file or folder on disk.
void sync_path(const fs::path& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags);
    const bool ok = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int cause = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (!ok) {
        throw RunError(fmt::format("cannot make {} durable ({}). Is the disk full?", path.string(),
                                   std::strerror(cause)));
    }
}

fs::path folder_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

AtomicFile::AtomicFile(fs::path target) : target_(std::move(target)) {
    const fs::path folder = folder_of(target_);
    std::error_code failure;
    fs::create_directories(folder, failure);
    if (failure || !fs::is_directory(folder)) {
        throw RunError(fmt::format("cannot make the folder {} ({}). Choose another output path?",
                                   folder.string(), failure ? failure.message() : "it is not a folder"));
    }
    if (fs::is_directory(target_)) {
        throw RunError(fmt::format("cannot write {} (it is a folder). Name a file in it?", target_.string()));
    }
    if (::access(folder.c_str(), W_OK) != 0) {
        throw RunError(fmt::format("cannot write into {} ({}). Choose another output path?", folder.string(),
                                   std::strerror(errno)));
    }
    temporary_ = target_;
    temporary_ += fmt::format(".tmp-{}", ::getpid());
}

AtomicFile::~AtomicFile() {
    std::error_code ignored;
    if (!committed_) fs::remove(temporary_, ignored);
}

void AtomicFile::commit() {
    sync_path(temporary_, O_RDONLY);
    std::error_code failure;
    fs::rename(temporary_, target_, failure);
    if (failure) {
        throw RunError(fmt::format("cannot move the finished file to {} ({}). Is it on another disk?",
                                   target_.string(), failure.message()));
    }
    committed_ = true;
    sync_path(folder_of(target_), O_RDONLY | O_DIRECTORY);
}

void write_text(const fs::path& path, std::string_view text) {
    AtomicFile file(path);
    std::ofstream out(file.temporary(), std::ios::binary);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.close();
    if (!out) {
        throw RunError(
            fmt::format("cannot write {} ({}). Is the disk full?", path.string(), std::strerror(errno)));
    }
    file.commit();
}

std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in || fs::is_directory(path)) {
        throw InputError(fmt::format("cannot read {} ({}). Is the path right?", path.string(),
                                     fs::is_directory(path) ? "it is a folder" : std::strerror(errno)));
    }
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace caloforge::core
