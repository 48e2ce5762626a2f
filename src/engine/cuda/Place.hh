#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/cuda/HostDevice.hh"
#include "sample/Key.hh"

namespace caloforge::engine::cuda {

/// Rows whose elements lie side by side: one for each thread of a warp.
inline constexpr std::uint32_t block_rows = 32;

/// Where an array begins among a program's tables, in bytes.
template <class T>
struct Table {
    std::uint64_t begin = 0;
};

/// Memory that a program works on, for a fixed number of rows, a multiple of block_rows; owned by others.
struct Memory {
    /// Element e of row r is at ((r / block_rows) * row_floats + e) * block_rows + r % block_rows: a warp
    /// reads one element of its rows in one go, and neighbouring elements are neighbours in memory.
    float* values = nullptr;
    std::uint64_t row_floats = 0;       ///< elements of one row
    const std::byte* tables = nullptr;  ///< Program::tables
    const sample::Key* keys = nullptr;  ///< (rows)
    const float* given = nullptr;       ///< inputs, one after the other, (rows, elements) each
    float* made = nullptr;              ///< outputs in the same way
    const std::uint32_t* used =
        nullptr;  ///< how many rows are asked for; those of blocks behind are left out
    std::uint32_t rows = 0;
};

/// What one thread of a kernel sees: one row.
struct Place {
    float* values;               ///< element e at values[e * block_rows]
    std::uint64_t block_floats;  ///< from a row to the same lane of the next block
    const std::byte* tables;
    const sample::Key* keys;
    const float* given;
    std::uint32_t row;
    std::uint32_t rows;

    CALOFORGE_HOST_DEVICE Place(const Memory& memory, std::uint32_t row_)
        : values(memory.values + row_ / block_rows * memory.row_floats * block_rows + row_ % block_rows),
          block_floats(memory.row_floats * block_rows),
          tables(memory.tables),
          keys(memory.keys),
          given(memory.given),
          row(row_),
          rows(memory.rows) {}

    CALOFORGE_HOST_DEVICE float& at(std::uint32_t element) const {
        return values[static_cast<std::uint64_t>(element) * block_rows];
    }
    template <class T>
    CALOFORGE_HOST_DEVICE const T* operator[](Table<T> table) const {
        return reinterpret_cast<const T*>(tables + table.begin);
    }
};

}  // namespace caloforge::engine::cuda
