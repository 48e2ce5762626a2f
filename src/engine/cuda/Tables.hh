#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "engine/cuda/Place.hh"

namespace caloforge::engine::cuda {

/// Collects what kernels read into one piece of memory.
class Tables {
  public:
    template <class T>
    Table<T> add(std::span<const T> values) {
        constexpr std::size_t line = 128;  // bytes: of a cache line, and of the widest load
        const std::size_t begin = (bytes_.size() + line - 1) / line * line;
        bytes_.resize(begin + values.size_bytes());
        if (!values.empty()) std::memcpy(bytes_.data() + begin, values.data(), values.size_bytes());
        return {begin};
    }
    template <class T>
    Table<T> add(const std::vector<T>& values) {
        return add(std::span<const T>(values));
    }
    std::vector<std::byte> take() { return std::move(bytes_); }

  private:
    std::vector<std::byte> bytes_;
};

}  // namespace caloforge::engine::cuda
