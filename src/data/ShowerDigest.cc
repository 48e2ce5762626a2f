#include "data/ShowerDigest.hh"

#include <algorithm>
#include <cmath>
#include <numeric>

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

/// Adds E_layer / E_dep of a shower that is not empty.
void add_layers(std::span<const float> cells, const geometry::Readout& readout, std::vector<double>& shares) {
    std::vector<double> layers(shares.size());
    if (readout.grid()) {  // Z is fastest
        for (std::size_t c = 0; c < cells.size(); ++c) layers[c % layers.size()] += cells[c];
    } else {
        for (std::size_t c = 0; c < cells.size(); ++c) layers[readout.layer_of(c)] += cells[c];
    }
    const double sum = std::accumulate(layers.begin(), layers.end(), 0.0);
    if (!(sum > 0)) return;
    for (std::size_t z = 0; z < layers.size(); ++z) shares[z] += layers[z] / sum;
}

std::size_t spectrum_bin(double cell) {
    const double place = (std::log(cell) - ShowerDigest::spectrum_low) / ShowerDigest::spectrum_step;
    return static_cast<std::size_t>(std::clamp(place, 0.0, ShowerDigest::spectrum_bins - 1.0));
}

std::vector<std::uint64_t> shape_of(const geometry::Readout& readout) {
    if (const auto extents = readout.extents()) return {extents->nx, extents->ny, extents->nz};
    std::vector<std::uint64_t> cells(readout.layers());
    for (std::size_t cell = 0; cell < readout.cells(); ++cell) ++cells[readout.layer_of(cell)];
    return cells;
}

}  // namespace

std::size_t ShowerDigest::empty() const {
    return static_cast<std::size_t>(
        std::count_if(sums.begin(), sums.end(), [](double sum) { return !(sum > 0); }));
}

std::optional<ShowerDigest::Extent> ShowerDigest::extent(const std::string& condition) const {
    const auto values = conditions.values(condition);
    if (values.empty()) return std::nullopt;
    const std::size_t width = values.size() / size();
    Extent out;
    out.low.assign(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(width));
    out.high = out.low;
    for (std::size_t i = 0; i < values.size(); ++i) {
        out.low[i % width] = std::min(out.low[i % width], values[i]);
        out.high[i % width] = std::max(out.high[i % width], values[i]);
    }
    return out;
}

void ShowerDigest::add(const ShowerBatch& batch) {
    conditions.append(batch.conditions);
    layer_shares.resize(batch.readout.layers());
    spectrum.resize(spectrum_bins);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        double sum = 0, square = 0;
        for (const double cell : batch.shower(i)) {
            sum += cell;
            square += cell * cell;
            if (cell > 0) spectrum[spectrum_bin(cell)] += 1;
        }
        sums.push_back(sum);
        squares.push_back(square);
        add_layers(batch.shower(i), batch.readout, layer_shares);
    }
}

void ShowerDigest::append(const ShowerDigest& behind) {
    layer_shares.resize(std::max(layer_shares.size(), behind.layer_shares.size()));
    for (std::size_t z = 0; z < behind.layer_shares.size(); ++z) layer_shares[z] += behind.layer_shares[z];
    spectrum.resize(std::max(spectrum.size(), behind.spectrum.size()));
    for (std::size_t i = 0; i < behind.spectrum.size(); ++i) spectrum[i] += behind.spectrum[i];
    conditions.append(behind.conditions);
    sums.insert(sums.end(), behind.sums.begin(), behind.sums.end());
    squares.insert(squares.end(), behind.squares.begin(), behind.squares.end());
}

std::string ShowerDigest::bytes() const {
    std::string out;
    sample::put(out, conditions);
    sample::put(out, sums);
    sample::put(out, squares);
    sample::put(out, layer_shares);
    sample::put(out, spectrum);
    return out;
}

ShowerDigest ShowerDigest::from_bytes(std::string_view bytes) {
    ShowerDigest out;
    sample::take(bytes, out.conditions);
    sample::take(bytes, out.sums);
    sample::take(bytes, out.squares);
    sample::take(bytes, out.layer_shares);
    sample::take(bytes, out.spectrum);
    return out;
}

ShowerDigest digest(const ShowerSet& set, std::size_t first, std::size_t last) {
    ShowerDigest out;
    set.for_each_batch(first, last, pass_batch,
                       [&](const ShowerBatch& batch, std::size_t) { out.add(batch); });
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
