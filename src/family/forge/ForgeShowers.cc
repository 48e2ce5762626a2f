#include "family/forge/ForgeShowers.hh"

#include <array>
#include <vector>

#include "core/Random.hh"
#include "family/forge/ForgeFar.hh"
#include "train/BatchTensors.hh"
#include "train/Symmetry.hh"

namespace caloforge::family::forge {
namespace {

using torch::Tensor;

constexpr std::uint32_t blur_stream = core::first_training_stream + 0x1004;

Tensor blur_of(const Tensor& rows, std::uint64_t seed, std::uint64_t first) {
    std::vector<float> numbers;
    for (std::int64_t j = 0; j < rows.size(0); ++j) {
        const auto sample = first + static_cast<std::uint64_t>(rows[j].item<std::int64_t>());
        std::array<float, 3> own{};
        core::RandomStream(seed, sample, blur_stream).normal(own);
        numbers.insert(numbers.end(), own.begin(), own.end());
    }
    return torch::tensor(numbers).reshape({rows.size(0), 3});
}

/// Cells in rings (N, 1, sectors, rings, Z), each shower turned by some sectors and mirrored or not.
Tensor turned_rings(const Tensor& showers, const Tensor& rows, std::uint64_t seed, std::uint64_t first) {
    constexpr std::uint32_t stream = core::first_training_stream + 0x1002;
    const std::int64_t sectors = showers.size(2);
    std::vector<std::int64_t> from;
    for (std::int64_t j = 0; j < showers.size(0); ++j) {
        const auto sample = first + static_cast<std::uint64_t>(rows[j].item<std::int64_t>());
        const core::RandomStream random(seed, sample, stream);
        const auto turn = static_cast<std::int64_t>(random.uniform_at(0) * static_cast<double>(sectors));
        const bool mirrored = random.uniform_at(1) < 0.5;
        for (std::int64_t i = 0; i < sectors; ++i) {
            const std::int64_t at = (i + turn) % sectors;
            from.push_back(mirrored ? sectors - 1 - at : at);
        }
    }
    const Tensor index = torch::tensor(from, torch::kLong).to(showers.device());
    return showers.gather(2, index.reshape({-1, 1, sectors, 1, 1}).expand(showers.sizes()));
}

}  // namespace

ForgeShowers ForgeShowers::selected(const Tensor& index) const {
    ForgeShowers out{showers.index_select(0, index), {}, blur.index_select(0, index), {}, {}, {}};
    for (const auto& [name, values] : conditions) out.conditions[name] = values.index_select(0, index);
    if (rows.defined()) out.rows = rows.index_select(0, index.to(rows.device()));
    if (layers.defined()) out.layers = layers.index_select(0, index);
    for (const auto& [name, values] : clusters) out.clusters[name] = values.index_select(0, index);
    return out;
}

ForgeShowers filled(const data::ShowerBatch& batch, torch::Device device,
                    const network::ForgeOptions& options, std::uint64_t seed, std::uint64_t first) {
    const train::BatchTensors given(batch);
    const Tensor rows = torch::nonzero(given.showers.sum({1, 2, 3, 4}) > 0).squeeze(1);
    ForgeShowers out{given.showers.index_select(0, rows).to(device),
                     {},
                     blur_of(rows, seed, first).to(device),
                     rows,
                     {},
                     {}};
    for (const sample::Field& field : network::forge_inputs(options))
        out.conditions[field.name] = given.conditions.at(field.name).index_select(0, rows).to(device);
    return out;
}

ForgeShowers augmented(const ForgeShowers& given, const network::ForgeOptions& options, std::uint64_t seed,
                       std::uint64_t first) {
    if (options.cylindrical()) {
        ForgeShowers out = given;
        out.showers = turned_rings(given.showers, given.rows, seed, first);
        return out;
    }
    // Equal axes may be exchanged.
    const bool square = options.wide_x() == options.wide_y() && options.cell_x == options.cell_y;
    std::vector<std::uint64_t> samples;
    for (std::int64_t j = 0; j < given.size(); ++j)
        samples.push_back(first + static_cast<std::uint64_t>(given.rows[j].item<std::int64_t>()));
    const auto rows = train::drawn_symmetries(seed, samples, square);
    // The order within a batch does not matter.
    std::vector<ForgeShowers> parts;
    for (int symmetry = 0; symmetry < train::symmetries; ++symmetry) {
        if (rows[static_cast<std::size_t>(symmetry)].empty()) continue;
        const Tensor index = torch::tensor(rows[static_cast<std::size_t>(symmetry)]).to(given.blur.device());
        ForgeShowers part = given.selected(index);
        train::turn(symmetry, part.showers, part.conditions);
        parts.push_back(std::move(part));
    }
    const auto joined = [&](const auto& member) {
        std::vector<Tensor> all;
        for (const ForgeShowers& part : parts) all.push_back(member(part));
        return torch::cat(all);
    };
    ForgeShowers out{joined([](const ForgeShowers& part) { return part.showers; }),
                     {},
                     joined([](const ForgeShowers& part) { return part.blur; }),
                     joined([](const ForgeShowers& part) { return part.rows; }),
                     {},
                     {}};
    for (const auto& [name, values] : given.conditions)
        out.conditions[name] = joined([&](const ForgeShowers& part) { return part.conditions.at(name); });
    return out;
}

Tensor axis_of(const ForgeShowers& given, const network::ForgeOptions& options) {
    const Tensor sizes =
        torch::tensor({options.cell_x, options.cell_y}, torch::kFloat32).to(given.blur.device());
    Tensor at = torch::zeros({given.size(), static_cast<std::int64_t>(options.nz), 2}, given.blur.options());
    if (options.moving()) {
        const Tensor direction = given.conditions.at("direction");
        const Tensor tan = torch::tan(direction.slice(1, 0, 1)), phi = direction.slice(1, 1, 2);
        const Tensor slope = torch::cat({tan * torch::cos(phi), tan * torch::sin(phi)}, 1).unsqueeze(1);
        at = at + slope * torch::tensor(options.depths, torch::kFloat32).to(at.device()).reshape({1, -1, 1});
    }
    if (options.impact) at = at + given.conditions.at("impact").unsqueeze(1);
    return at / sizes;
}

ForgeShowers windowed(const ForgeShowers& given, const network::ForgeOptions& options) {
    ForgeShowers out = given;
    out.layers = given.showers.to(torch::kFloat64).sum({1, 2, 3});
    if (!options.moving()) return out;
    const Tensor cell = torch::floor(axis_of(given, options) + 0.5);  // (N, Z, 2)
    // Along an axis (2 or 3): cell i of the window is the read-out's cell i + (wide - count) / 2 + its place.
    const auto along = [&](const Tensor& showers, std::int64_t axis, std::size_t count) {
        const std::int64_t wide = showers.size(axis), cells = static_cast<std::int64_t>(count);
        const Tensor at = torch::arange(cells, cell.options()).reshape({1, 1, cells}) + (wide - cells) / 2 +
                          cell.slice(2, axis - 2, axis - 1);  // (N, Z, count)
        const Tensor inside = at.ge(0).logical_and(at.lt(wide));
        const Tensor turned = showers.movedim(axis, -1).movedim(3, 2);  // (N, 1, Z, other, wide)
        const auto shaped = [&](const Tensor& line) { return line.unsqueeze(1).unsqueeze(3); };
        std::vector<std::int64_t> shape = turned.sizes().vec();
        shape.back() = cells;
        const Tensor index = shaped(torch::where(inside, at, 0).to(torch::kLong)).expand(shape);
        const Tensor picked = torch::where(shaped(inside), turned.gather(4, index), 0);
        return picked.movedim(2, 3).movedim(-1, axis);
    };
    if (options.clustered()) out.clusters = far_clusters(given, options);
    out.showers = along(along(given.showers, 2, options.nx), 3, options.ny).contiguous();
    if (!options.clustered()) out.layers = out.showers.to(torch::kFloat64).sum({1, 2, 3});
    const Tensor some = torch::nonzero(out.showers.sum({1, 2, 3, 4}) > 0).squeeze(1);
    return some.size(0) == out.size() ? out : out.selected(some);
}

}  // namespace caloforge::family::forge
