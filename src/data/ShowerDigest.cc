#include "data/ShowerDigest.hh"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "core/Hash.hh"

namespace caloforge::data {
namespace {

/// Showers read at a time; 8 MB of 25x25x25 cells.
constexpr std::size_t pass_batch = 128;

template <class T>
void put(std::string& out, const std::vector<T>& values) {
    out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

template <class T>
void take(const char*& from, std::vector<T>& values) {
    std::memcpy(values.data(), from, values.size() * sizeof(T));
    from += values.size() * sizeof(T);
}

template <class T>
void add_values(core::Hash& hash, std::span<const T> values) {
    hash.add(std::as_bytes(values));
}

void add(const ShowerBatch& batch, ShowerDigest& out) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
        double sum = 0, squares = 0;
        for (const double cell : batch.shower(i)) {
            sum += cell;
            squares += cell * cell;
        }
        out.incident.push_back(batch.incident[i]);
        out.sums.push_back(sum);
        out.squares.push_back(squares);
    }
}

}  // namespace

void ShowerDigest::append(const ShowerDigest& behind) {
    incident.insert(incident.end(), behind.incident.begin(), behind.incident.end());
    sums.insert(sums.end(), behind.sums.begin(), behind.sums.end());
    squares.insert(squares.end(), behind.squares.begin(), behind.squares.end());
}

std::string ShowerDigest::bytes() const {
    std::string out;
    put(out, incident);
    put(out, sums);
    put(out, squares);
    return out;
}

ShowerDigest ShowerDigest::from_bytes(const std::string& bytes) {
    constexpr std::size_t each = sizeof(float) + 2 * sizeof(double);
    if (bytes.size() % each != 0) throw std::logic_error("bytes of no ShowerDigest");
    const std::size_t count = bytes.size() / each;
    ShowerDigest out{std::vector<float>(count), std::vector<double>(count), std::vector<double>(count)};
    const char* from = bytes.data();
    take(from, out.incident);
    take(from, out.sums);
    take(from, out.squares);
    return out;
}

ShowerDigest digest(const ShowerSet& set, std::size_t first, std::size_t last) {
    ShowerDigest out;
    set.for_each_batch(first, last, pass_batch,
                       [&](const ShowerBatch& batch, std::size_t) { add(batch, out); });
    return out;
}

std::string fingerprint(const ShowerSet& set, const ShowerDigest& whole) {
    core::Hash hash;
    const auto& grid = set.grid();
    std::vector<std::uint64_t> shape = {grid.nx, grid.ny, grid.nz, set.shards().size()};
    for (const auto& shard : set.shards()) shape.push_back(shard.size);
    add_values(hash, std::span<const std::uint64_t>(shape));
    // Rounded to float, so that it does not hang on the order in which a compiler adds.
    const std::vector<float> sums(whole.sums.begin(), whole.sums.end());
    for (const auto& shard : set.shards()) {
        for (std::size_t i = 0; i < shard.size; i += pass_batch) {
            const std::size_t count = std::min(pass_batch, shard.size - i);
            add_values(hash, std::span(whole.incident).subspan(shard.first + i, count));
            add_values(hash, std::span<const float>(sums).subspan(shard.first + i, count));
        }
    }
    return hash.hex();
}

std::string ShowerSet::fingerprint() const {
    return data::fingerprint(*this, digest(*this, 0, size()));
}

}  // namespace caloforge::data
