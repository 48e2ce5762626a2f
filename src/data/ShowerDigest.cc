#include "data/ShowerDigest.hh"

#include <algorithm>
#include <cstring>
#include <numeric>
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

core::Json extent_json(const ShowerDigest::Extent& extent) {
    return {{"name", extent.field.name}, {"shape", extent.field.shape}, {"unit", extent.field.unit},
            {"low", extent.low},         {"high", extent.high},         {"showers", extent.showers}};
}

ShowerDigest::Extent extent_from(const core::Json& json) {
    return {{json.at("name").get<std::string>(), json.at("shape").get<sample::Shape>(),
             json.at("unit").get<std::string>()},
            json.at("low").get<std::vector<float>>(),
            json.at("high").get<std::vector<float>>(),
            json.at("showers").get<std::uint64_t>()};
}

void widen(std::vector<ShowerDigest::Extent>& extents, const ShowerDigest::Extent& by) {
    const auto known =
        std::find_if(extents.begin(), extents.end(), [&](const auto& one) { return one.field == by.field; });
    if (known == extents.end()) {
        extents.push_back(by);
        return;
    }
    for (std::size_t i = 0; i < by.low.size(); ++i) {
        known->low[i] = std::min(known->low[i], by.low[i]);
        known->high[i] = std::max(known->high[i], by.high[i]);
    }
    known->showers += by.showers;
}

ShowerDigest::Extent extent_of(const sample::Field& field, std::span<const float> values) {
    const std::size_t width = field.elements(), rows = values.size() / width;
    ShowerDigest::Extent out{
        field, {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(width)}, {}, rows};
    out.high = out.low;
    for (std::size_t i = 0; i < values.size(); ++i) {
        out.low[i % width] = std::min(out.low[i % width], values[i]);
        out.high[i % width] = std::max(out.high[i % width], values[i]);
    }
    return out;
}

/// Adds E_z / E_dep of a shower that is not empty.
void add_layers(std::span<const float> cells, std::span<const std::size_t> layer_of,
                std::vector<double>& shares, std::vector<double>& layers) {
    std::fill(layers.begin(), layers.end(), 0.0);
    for (std::size_t c = 0; c < cells.size(); ++c) layers[layer_of[c]] += cells[c];
    const double sum = std::accumulate(layers.begin(), layers.end(), 0.0);
    if (!(sum > 0)) return;
    for (std::size_t z = 0; z < layers.size(); ++z) shares[z] += layers[z] / sum;
}

/// As fingerprints have always had it.
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

const ShowerDigest::Extent* ShowerDigest::extent(const std::string& condition) const {
    const auto found = std::find_if(extents.begin(), extents.end(),
                                    [&](const Extent& one) { return one.field.name == condition; });
    return found != extents.end() && found->showers == size() ? &*found : nullptr;
}

void ShowerDigest::add(const ShowerBatch& batch) {
    layer_shares.resize(batch.readout.layers());
    std::vector<double> layers(batch.readout.layers());
    std::vector<std::size_t> layer_of(batch.readout.cells());
    for (std::size_t cell = 0; cell < layer_of.size(); ++cell) layer_of[cell] = batch.readout.layer_of(cell);
    const auto energies = batch.conditions.values(sample::energy_field.name);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        double sum = 0, square = 0;
        for (const double cell : batch.shower(i)) {
            sum += cell;
            square += cell * cell;
        }
        incident.push_back(energies[i]);
        sums.push_back(sum);
        squares.push_back(square);
        add_layers(batch.shower(i), layer_of, layer_shares, layers);
    }
    for (const sample::Field& field : batch.conditions.fields()) {
        if (field.name != sample::energy_field.name && batch.size() > 0)
            widen(extents, extent_of(field, batch.conditions.values(field.name)));
    }
}

void ShowerDigest::append(const ShowerDigest& behind) {
    layer_shares.resize(std::max(layer_shares.size(), behind.layer_shares.size()));
    for (std::size_t z = 0; z < behind.layer_shares.size(); ++z) layer_shares[z] += behind.layer_shares[z];
    for (const Extent& extent : behind.extents) widen(extents, extent);
    incident.insert(incident.end(), behind.incident.begin(), behind.incident.end());
    sums.insert(sums.end(), behind.sums.begin(), behind.sums.end());
    squares.insert(squares.end(), behind.squares.begin(), behind.squares.end());
}

std::string ShowerDigest::bytes() const {
    // The short part in front, as JSON, in which numbers survive bit by bit.
    core::Json head = {{"layer_shares", layer_shares}, {"extents", core::Json::array()}};
    for (const Extent& extent : extents) head["extents"].push_back(extent_json(extent));
    const std::string text = head.dump();
    std::string out = std::to_string(text.size()) + " " + text;
    put(out, incident);
    put(out, sums);
    put(out, squares);
    return out;
}

ShowerDigest ShowerDigest::from_bytes(const std::string& bytes) {
    constexpr std::size_t each = sizeof(float) + 2 * sizeof(double);
    std::size_t begin = 0;
    const std::size_t size = std::stoull(bytes, &begin);
    const core::Json head = core::Json::parse(bytes.substr(++begin, size));
    const std::string_view rest = std::string_view(bytes).substr(begin + size);
    if (rest.size() % each != 0) throw std::logic_error("bytes of no ShowerDigest");
    const std::size_t count = rest.size() / each;
    ShowerDigest out{std::vector<float>(count),
                     std::vector<double>(count),
                     std::vector<double>(count),
                     head.at("layer_shares").get<std::vector<double>>(),
                     {}};
    for (const core::Json& extent : head.at("extents")) out.extents.push_back(extent_from(extent));
    const char* from = rest.data();
    take(from, out.incident);
    take(from, out.sums);
    take(from, out.squares);
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
