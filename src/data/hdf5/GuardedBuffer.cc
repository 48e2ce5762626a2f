#include "data/hdf5/GuardedBuffer.hh"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/Error.hh"

namespace caloforge::data::hdf5 {
namespace {
constexpr std::size_t guard_bytes = std::size_t{1} << 32;
}

GuardedBuffer::GuardedBuffer(std::size_t bytes) : size_(bytes) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t usable = (bytes + page - 1) / page * page;
    mapped_ = usable + guard_bytes;
    mapping_ = ::mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping_ == MAP_FAILED || ::mprotect(mapping_, usable, PROT_READ | PROT_WRITE) != 0) {
        const int cause = errno;
        if (mapping_ != MAP_FAILED) ::munmap(mapping_, mapped_);
        throw core::RunError(fmt::format("cannot reserve a read buffer of {} bytes ({}). Is `ulimit -v` set?",
                                         bytes, std::strerror(cause)));
    }
    // The end of the buffer is the end of the usable pages.
    begin_ = static_cast<unsigned char*>(mapping_) + (usable - bytes);
}

GuardedBuffer::~GuardedBuffer() {
    if (mapping_ != nullptr) ::munmap(mapping_, mapped_);
}

GuardedBuffer::GuardedBuffer(GuardedBuffer&& other) noexcept
    : mapping_(std::exchange(other.mapping_, nullptr)),
      mapped_(other.mapped_),
      begin_(other.begin_),
      size_(other.size_) {}

}  // namespace caloforge::data::hdf5
