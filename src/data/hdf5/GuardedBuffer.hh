#pragma once

#include <cstddef>
#include <span>

namespace caloforge::data::hdf5 {

/// A buffer that a system call cannot write beyond: its end is followed by 4 GiB of address space without
/// access, so that an overlong read fails (EFAULT) instead of destroying memory. For HDF5's reads of raw
/// chunks, whose length (32 bits) stands in the file and cannot be asked for beforehand. Costs no memory
/// beyond `bytes`.
class GuardedBuffer {
  public:
    /// Throws RunError when the system gives no address space.
    explicit GuardedBuffer(std::size_t bytes);
    ~GuardedBuffer();
    GuardedBuffer(GuardedBuffer&& other) noexcept;
    GuardedBuffer& operator=(GuardedBuffer&&) = delete;

    std::span<unsigned char> bytes() const { return {begin_, size_}; }

  private:
    void* mapping_ = nullptr;
    std::size_t mapped_ = 0;
    unsigned char* begin_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace caloforge::data::hdf5
