#include "family/forge/ForgeShowers.hh"

#include <array>
#include <vector>

#include "core/Random.hh"
#include "family/forge/ForgeTruth.hh"
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
        std::array<float, 2> pair{};
        core::RandomStream(seed, sample, blur_stream).normal(pair);
        numbers.insert(numbers.end(), pair.begin(), pair.end());
    }
    return torch::tensor(numbers).reshape({rows.size(0), 2});
}

}  // namespace

ForgeShowers filled(const data::ShowerBatch& batch, torch::Device device, bool impact, std::uint64_t seed,
                    std::uint64_t first) {
    const train::BatchTensors given(batch);
    const Tensor rows = torch::nonzero(given.showers.sum({1, 2, 3, 4}) > 0).squeeze(1);
    ForgeShowers out{given.showers.index_select(0, rows).to(device),
                     given.energy().index_select(0, rows).to(device), Tensor(),
                     blur_of(rows, seed, first).to(device), rows};
    if (impact) out.impact = given.conditions.at(sample::impact_field.name).index_select(0, rows).to(device);
    return out;
}

ForgeShowers augmented(const ForgeShowers& given, const network::ForgeOptions& options, std::uint64_t seed,
                       std::uint64_t first) {
    // Equal axes may be exchanged.
    const bool square = options.nx == options.ny && options.cell_x == options.cell_y;
    std::vector<std::uint64_t> samples;
    for (std::int64_t j = 0; j < given.size(); ++j)
        samples.push_back(first + static_cast<std::uint64_t>(given.rows[j].item<std::int64_t>()));
    const auto rows = train::drawn_symmetries(seed, samples, square);
    // The order within a batch does not matter.
    const torch::Device device = given.incident.device();
    std::vector<Tensor> showers, incident, impact, blur;
    for (int symmetry = 0; symmetry < train::symmetries; ++symmetry) {
        if (rows[static_cast<std::size_t>(symmetry)].empty()) continue;
        const Tensor index = torch::tensor(rows[static_cast<std::size_t>(symmetry)]).to(device);
        Tensor part = given.showers.index_select(0, index);
        Tensor points = given.impact.defined() ? given.impact.index_select(0, index) : Tensor();
        train::turn(symmetry, part, points);
        showers.push_back(part);
        incident.push_back(given.incident.index_select(0, index));
        if (points.defined()) impact.push_back(points);
        blur.push_back(given.blur.index_select(0, index));
    }
    return {torch::cat(showers), torch::cat(incident), impact.empty() ? Tensor() : torch::cat(impact),
            torch::cat(blur), Tensor()};
}

}  // namespace caloforge::family::forge
