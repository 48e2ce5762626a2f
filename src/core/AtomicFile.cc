#include "core/AtomicFile.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "core/Error.hh"

namespace caloforge::core {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t longest_name = 255;  ///< bytes, on nearly all file systems

/// Asks the kernel to put a file on disk.
void sync_file(const fs::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool ok = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int cause = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (!ok) {
        throw RunError(fmt::format("cannot make {} durable ({}). Is the disk full?", path.string(),
                                   std::strerror(cause)));
    }
}

/// The same of a folder, which holds the new name. Not all file systems can (CIFS, some FUSE), and a folder
/// may be one to write into and not to read: the file itself is whole then.
void sync_folder(const fs::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    const int status = ::fsync(descriptor);
    const int cause = errno;
    ::close(descriptor);
    if (status != 0 && (cause == EIO || cause == ENOSPC || cause == EDQUOT)) {
        throw RunError(fmt::format("cannot make {} durable ({}). Is the disk full?", path.string(),
                                   std::strerror(cause)));
    }
}

fs::path folder_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

[[noreturn]] void refuse(const fs::path& target, const std::string& why, const std::string& mend) {
    throw RunError(fmt::format("cannot write {} ({}). {}", target.string(), why, mend));
}

/// The plain file that a link stands for; links to nothing and other paths as they are.
fs::path behind_links(const fs::path& target) {
    std::error_code failure;
    if (!fs::is_symlink(target, failure)) return target;
    const fs::path real = fs::canonical(target, failure);
    return failure ? target : real;
}

/// Throws RunError for what a finished file must not take the place of.
void check_replaceable(const fs::path& target) {
    std::error_code failure;
    const fs::file_status status = fs::status(target, failure);
    if (status.type() == fs::file_type::not_found) return;
    if (status.type() == fs::file_type::none)
        refuse(target, failure.message(), "Choose another output path?");
    if (fs::is_directory(status)) refuse(target, "it is a folder", "Name a file in it?");
    if (!fs::is_regular_file(status)) refuse(target, "it is not a plain file", "Name a file?");
    constexpr auto writable = fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
    if ((status.permissions() & writable) == fs::perms::none)
        refuse(target, "it is protected from writing", "Choose another output path?");
}

/// A new, empty file beside `target`, of a name that nobody has: processes on other machines and in other
/// containers write there too.
fs::path new_file_beside(const fs::path& target) {
    constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyz";
    constexpr std::size_t random_letters = 8;
    constexpr int tries = 100;
    std::random_device random;
    std::uniform_int_distribution<std::size_t> any(0, letters.size() - 1);
    for (int i = 0; i < tries; ++i) {
        std::string ending = ".tmp-";
        for (std::size_t letter = 0; letter < random_letters; ++letter) ending += letters[any(random)];
        const std::string name = target.filename().string().substr(0, longest_name - ending.size()) + ending;
        const fs::path path = target.has_parent_path() ? target.parent_path() / name : fs::path(name);
        const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor >= 0) {
            ::close(descriptor);
            return path;
        }
        if (errno != EEXIST) refuse(target, std::strerror(errno), "Choose another output path?");
    }
    refuse(target, "no name is free for a temporary file", "Choose another output path?");
}

}  // namespace

AtomicFile::AtomicFile(fs::path target) : target_(behind_links(target)) {
    if (!target_.has_filename()) refuse(target_, "it names no file", "Name a file?");
    const fs::path folder = folder_of(target_);
    std::error_code failure;
    fs::create_directories(folder, failure);
    if (failure || !fs::is_directory(folder, failure)) {
        throw RunError(fmt::format("cannot make the folder {} ({}). Choose another output path?",
                                   folder.string(), failure ? failure.message() : "it is not a folder"));
    }
    if (target_.filename().string().size() > longest_name)
        refuse(target_, std::strerror(ENAMETOOLONG), "Choose another output path?");
    check_replaceable(target_);
    if (::access(folder.c_str(), W_OK) != 0) {
        throw RunError(fmt::format("cannot write into {} ({}). Choose another output path?", folder.string(),
                                   std::strerror(errno)));
    }
    temporary_ = new_file_beside(target_);
}

AtomicFile::~AtomicFile() {
    std::error_code ignored;
    if (!committed_) fs::remove(temporary_, ignored);
}

void AtomicFile::commit() {
    sync_file(temporary_);
    std::error_code failure;
    fs::rename(temporary_, target_, failure);
    if (failure) {
        throw RunError(fmt::format("cannot move the finished file to {} ({}). Is it on another disk?",
                                   target_.string(), failure.message()));
    }
    committed_ = true;
    sync_folder(folder_of(target_));
}

void check_writable(const fs::path& path) {
    std::vector<fs::path> missing;
    std::error_code failure;
    for (fs::path folder = path.parent_path(); !folder.empty() && !fs::exists(folder, failure);
         folder = folder.parent_path())
        missing.push_back(folder);
    { const AtomicFile probe(path); }
    for (const fs::path& folder : missing) fs::remove(folder, failure);
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
    check_plain_file(path);
    std::ifstream in(path, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (!in || in.bad()) {
        throw InputError(
            fmt::format("cannot read {} ({}). Is the path right?", path.string(), std::strerror(errno)));
    }
    return text;
}

void check_plain_file(const fs::path& path) {
    std::error_code failure;
    const fs::file_status status = fs::status(path, failure);
    const std::string why = status.type() == fs::file_type::not_found ? "there is no such file"
                            : status.type() == fs::file_type::none    ? failure.message()
                            : fs::is_directory(status)                ? "it is a folder"
                            : !fs::is_regular_file(status)            ? "it is not a plain file"
                                                                      : "";
    if (!why.empty())
        throw InputError(fmt::format("cannot read {} ({}). Is the path right?", path.string(), why));
    if (::access(path.c_str(), R_OK) != 0) {
        throw InputError(
            fmt::format("cannot read {} ({}). May you read it?", path.string(), std::strerror(errno)));
    }
}

}  // namespace caloforge::core
