#include "data/ShowerDigest.hh"

#include <algorithm>

#include "core/Hash.hh"
#include "sample/Packing.hh"

namespace caloforge::data {
namespace {

/// Showers read at a time; 8 MB of 25x25x25 cells.
constexpr std::size_t pass_batch = 128;

template <class T>
void add_values(core::Hash& hash, std::span<const T> values) {
    hash.add(std::as_bytes(values));
}

void add(const ShowerBatch& batch, ShowerDigest& out) {
    out.conditions.append(batch.conditions);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        double sum = 0, squares = 0;
        for (const double cell : batch.shower(i)) {
            sum += cell;
            squares += cell * cell;
        }
        out.sums.push_back(sum);
        out.squares.push_back(squares);
    }
}

std::vector<std::uint64_t> shape_of(const geometry::Readout& readout) {
    if (const auto extents = readout.extents()) return {extents->nx, extents->ny, extents->nz};
    std::vector<std::uint64_t> cells(readout.layers());
    for (std::size_t cell = 0; cell < readout.cells(); ++cell) ++cells[readout.layer_of(cell)];
    return cells;
}

}  // namespace

void ShowerDigest::append(const ShowerDigest& behind) {
    conditions.append(behind.conditions);
    sums.insert(sums.end(), behind.sums.begin(), behind.sums.end());
    squares.insert(squares.end(), behind.squares.begin(), behind.squares.end());
}

std::string ShowerDigest::bytes() const {
    std::string out;
    sample::put(out, conditions);
    sample::put(out, sums);
    sample::put(out, squares);
    return out;
}

ShowerDigest ShowerDigest::from_bytes(std::string_view bytes) {
    ShowerDigest out;
    sample::take(bytes, out.conditions);
    sample::take(bytes, out.sums);
    sample::take(bytes, out.squares);
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
    std::vector<std::uint64_t> shape = shape_of(set.readout());
    shape.push_back(set.shards().size());
    for (const auto& shard : set.shards()) shape.push_back(shard.size);
    add_values(hash, std::span<const std::uint64_t>(shape));
    // Rounded to float, so that it does not hang on the order in which a compiler adds.
    const std::vector<float> sums(whole.sums.begin(), whole.sums.end());
    for (const auto& shard : set.shards()) {
        for (std::size_t i = 0; i < shard.size; i += pass_batch) {
            const std::size_t count = std::min(pass_batch, shard.size - i);
            add_values(hash, whole.incident().subspan(shard.first + i, count));
            add_values(hash, std::span<const float>(sums).subspan(shard.first + i, count));
        }
    }
    return hash.hex();
}

std::string ShowerSet::fingerprint() const {
    return data::fingerprint(*this, digest(*this, 0, size()));
}

}  // namespace caloforge::data
