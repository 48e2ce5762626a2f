#include "core/Glob.hh"

#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/Error.hh"
#include "core/Log.hh"

namespace caloforge::core {
namespace {
namespace fs = std::filesystem;

[[noreturn]] void cannot_look_into(const fs::path& folder, const std::string& why) {
    throw InputError(fmt::format(
        "cannot look into {} ({}), where a pattern may match files. May you read it?", folder.string(), why));
}

// glob(3) calls a plain function: where it meets a folder that it cannot read, and why.
thread_local std::string unreadable;
thread_local int unreadable_cause = 0;

int note_unreadable(const char* path, int cause) {
    if (cause == ENOENT || cause == ENOTDIR) return 0;  // nothing there that could match
    unreadable = path;
    unreadable_cause = cause;
    return 1;
}

/// What glob(3) makes of a pattern.
std::vector<std::string> matches(const std::string& pattern) {
    glob_t found{};
    const int status = ::glob(pattern.c_str(), GLOB_BRACE | GLOB_TILDE, note_unreadable, &found);
    std::vector<std::string> out;
    for (std::size_t i = 0; status == 0 && i < found.gl_pathc; ++i) out.emplace_back(found.gl_pathv[i]);
    ::globfree(&found);
    if (status == GLOB_ABORTED) cannot_look_into(unreadable, std::strerror(unreadable_cause));
    if (status == GLOB_NOSPACE) throw std::bad_alloc();
    return out;
}

/// A folder and all below it, sorted. Links to folders are not followed: they may lead round in a circle.
std::vector<std::string> folders_below(const fs::path& folder) {
    std::vector<std::string> out{folder.string()};
    std::error_code failure;
    fs::recursive_directory_iterator at(folder, failure), end;
    if (failure) cannot_look_into(folder, failure.message());
    while (at != end) {
        if (!at->is_symlink() && at->is_directory()) out.push_back(at->path().string());
        const fs::path here = at->path();
        at.increment(failure);
        if (failure) cannot_look_into(here, failure.message());
    }
    std::sort(out.begin(), out.end());
    return out;
}

/// Text that stands for itself in a pattern.
std::string literal(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (std::strchr("*?[]{}\\~,", c) != nullptr) out += '\\';
        out += c;
    }
    return out;
}

bool ends_in_two_stars(const std::string& pattern) {
    return pattern == "**" || pattern.ends_with("/**");
}

/// As matches(), with `**` between slashes for any number of folders, and at the end for all files in them.
std::vector<std::string> expand(const std::string& pattern) {
    if (ends_in_two_stars(pattern)) {
        auto all = expand(pattern + "/*");
        std::erase_if(all, [](const std::string& path) { return fs::is_directory(path); });
        return all;
    }
    const std::string star = "**/";
    auto at = pattern.find(star);
    while (at != std::string::npos && at != 0 && pattern[at - 1] != '/') at = pattern.find(star, at + 1);
    if (at == std::string::npos) return matches(pattern);
    std::vector<std::string> out;
    const std::string before = pattern.substr(0, at), behind = pattern.substr(at + star.size());
    for (const std::string& start : before.empty() ? std::vector<std::string>{"."} : matches(before)) {
        for (const std::string& folder : folders_below(start)) {
            const std::string inside = before.empty() && folder == "." ? "" : literal(folder) + "/";
            for (auto& path : expand(inside + behind)) out.push_back(std::move(path));
        }
    }
    return out;
}

/// Two names of one file: a link, another spelling.
bool same_file(const fs::path& a, const fs::path& b) {
    struct ::stat of_a {
    }, of_b{};
    if (a == b) return true;
    return ::stat(a.c_str(), &of_a) == 0 && ::stat(b.c_str(), &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
           of_a.st_ino == of_b.st_ino;
}

}  // namespace

std::vector<fs::path> expand_globs(const std::vector<std::string>& patterns) {
    std::vector<fs::path> out;
    for (const auto& pattern : patterns) {
        std::error_code ignored;
        // A file may have a name that is a pattern, too.
        const auto found = fs::exists(pattern, ignored) ? std::vector<std::string>{pattern} : expand(pattern);
        if (found.empty()) {
            throw InputError(
                fmt::format("no file matches {} (looked from {}). Is the path right, and the pattern "
                            "in quotes?",
                            pattern.empty() ? "an empty name" : pattern, fs::current_path().string()));
        }
        for (const fs::path path : found) {
            const auto known =
                std::ranges::find_if(out, [&](const fs::path& other) { return same_file(path, other); });
            if (known == out.end())
                out.push_back(path);
            else if (*known != path)
                warning("{} is {} by another name: it is read once", path.string(), known->string());
        }
    }
    return out;
}

}  // namespace caloforge::core
