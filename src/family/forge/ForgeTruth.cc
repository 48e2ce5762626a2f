#include "family/forge/ForgeTruth.hh"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "network/ForgeWriter.hh"

namespace caloforge::family::forge {

using torch::Tensor;

namespace {

/// MIP. A centre is blurred by the standard deviation that it would have, were the shower's energy deposited
/// in independent pieces of so much. In electron showers it fluctuates as with pieces of 8, of which cells
/// drawn independently bring about 0.6; the rest has to come from a centre that is told. One that is told
/// exactly is not followed exactly, and what comes after it is then asked for what showers never need.
constexpr double clump = 6;
/// Cells squared: of a shower in a single cell on the impact point.
constexpr double least_spread = 0.01;

/// Widths fluctuate as with pieces of 5 MIP, at all energies; cells bring most of that by what they see of
/// the layers before.
constexpr double width_clump = 4;
constexpr double largest_width_blur = 0.7;

/// A shower's centre of energy along an axis, (N, 1), from the particle's axis, cells, and by how much it is
/// blurred; or the logarithm of its mean square distance from the axis.
struct Blurred {
    Tensor mean, blur;
};

/// Where cells lie from the particle's axis, cells: along an axis, (N or 1, X or 1, Y or 1, Z or 1).
/// `beside` (N, Z, 2): from the middle of the cells to the axis.
Tensor places_of(const network::ForgeOptions& options, const Tensor& beside, std::int64_t axis) {
    const auto count = static_cast<std::int64_t>(axis == 0 ? options.nx : options.ny);
    const Tensor middle = torch::arange(count, beside.options()) - 0.5 * static_cast<double>(count - 1);
    const Tensor line = axis == 0 ? middle.reshape({1, count, 1, 1}) : middle.reshape({1, 1, count, 1});
    return line - beside.select(2, axis).reshape({beside.size(0), 1, 1, beside.size(1)});
}

/// The same of cells in rings about the axis, widths of a ring.
Tensor ring_places_of(const network::ForgeOptions& options, std::int64_t axis) {
    std::vector<double> at;
    const double width = network::forge_ring_width(options);
    for (std::size_t sector = 0; sector < options.nx; ++sector) {
        const double angle =
            2 * std::numbers::pi * (static_cast<double>(sector) + 0.5) / static_cast<double>(options.nx);
        for (std::size_t ring = 0; ring < options.ny; ++ring) {
            const double radius = 0.5 * (options.ring_edges[ring] + options.ring_edges[ring + 1]) / width;
            at.push_back(radius * (axis == 0 ? std::cos(angle) : std::sin(angle)));
        }
    }
    const auto whole = [](std::size_t count) { return static_cast<std::int64_t>(count); };
    return torch::tensor(at, torch::kFloat32).reshape({1, whole(options.nx), whole(options.ny), 1});
}

/// What is blurred of showers whose cells are (N, 1, X, Y, Z), MIP.
class Latents {
  public:
    Latents(const network::ForgeOptions& options, const Tensor& cells, const Tensor& beside)
        : cells_(cells.squeeze(1)), energy_(cells_.sum({1, 2, 3}).unsqueeze(1)) {
        for (const std::int64_t axis : {0, 1})
            at_[static_cast<std::size_t>(axis)] = options.cylindrical()
                                                      ? ring_places_of(options, axis).to(cells.device())
                                                      : places_of(options, beside, axis);
    }

    Blurred centre(std::int64_t axis) const {
        const Tensor& at = at_[static_cast<std::size_t>(axis)];
        return {mean(at), torch::sqrt(clump * (mean(at * at) + least_spread) / energy_)};
    }

    Blurred width() const {
        const Tensor square = at_[0] * at_[0] + at_[1] * at_[1] + least_spread;
        const Tensor own = mean(square), variance = (mean(square * square) - own * own).clamp_min(0);
        const Tensor blur = torch::sqrt(width_clump * (variance / (own * own) + least_spread) / energy_);
        return {torch::log(own), blur.clamp_max(largest_width_blur)};
    }

  private:
    Tensor mean(const Tensor& of) const { return (cells_ * of).sum({1, 2, 3}).unsqueeze(1) / energy_; }

    Tensor cells_, energy_;
    std::array<Tensor, 2> at_;
};

/// The entropy of a number that is blurred, (N).
Tensor entropy_of(const Tensor& blur) {
    return (0.5 * std::log(2 * std::numbers::pi * std::numbers::e) + torch::log(blur)).squeeze(1);
}

/// As a `choose` layer draws it; where there is nothing to divide, whatever.
Tensor outcome_of(const Sides& sides) {
    return torch::where(sides.first > 0, torch::where(sides.other > 0, 2.0, 1.0), 0.0).to(torch::kFloat32);
}

}  // namespace

Sides sides_of(const Tensor& layers, const std::vector<network::ForgeSplit>& splits) {
    std::vector<Tensor> first, other;
    for (const network::ForgeSplit& split : splits) {
        const auto at = [](std::size_t layer) { return static_cast<std::int64_t>(layer); };
        first.push_back(layers.slice(1, at(split.begin), at(split.middle)).sum(1));
        other.push_back(layers.slice(1, at(split.middle), at(split.end)).sum(1));
    }
    return {torch::stack(first, 1), torch::stack(other, 1)};
}

ForgeTruth forge_truth(const network::ForgeOptions& options, const ForgeShowers& given) {
    using Kind = network::ForgeSample::Kind;
    const Tensor &showers = given.showers, &incident = given.incident();
    const Tensor axis_at = axis_of(given, options);
    const Tensor beside = options.moving() ? axis_at - torch::floor(axis_at + 0.5) : axis_at;
    model::TensorMap out;
    Tensor entropy = torch::zeros({given.size()}, showers.options());
    const Tensor cells = showers / options.mip;
    const Latents latents(options, cells, beside);
    const Tensor& layers = given.layers;
    const Tensor deposited = layers.sum(1, true);
    std::vector<Sides> sides;  // of every level of splits
    for (const auto& level : network::forge_levels(options.nz)) sides.push_back(sides_of(layers, level));
    for (const network::ForgeSample& sample : network::forge_samples(options)) {
        const auto z = static_cast<std::int64_t>(sample.z);
        switch (sample.kind) {
            case Kind::response:
                out[sample.name] = (deposited / (incident * options.response)).to(torch::kFloat32);
                break;
            case Kind::outcome:
                out[sample.name] = outcome_of(sides[sample.z]).unsqueeze(1);
                break;
            case Kind::ratio: {
                const auto& [first, other] = sides[sample.z];
                const Tensor both = (first > 0).logical_and(other > 0);
                out[sample.name] = torch::where(both, first / torch::where(both, other, 1), 0)
                                       .to(torch::kFloat32)
                                       .unsqueeze(1);
                break;
            }
            case Kind::width: {
                const auto [mean, blur] = latents.width();
                out[sample.name] = torch::exp(mean + blur * given.blur.slice(1, 2, 3));
                entropy = entropy + entropy_of(blur);
                break;
            }
            case Kind::centre: {
                const auto axis = static_cast<std::int64_t>(sample.z);
                const auto [mean, blur] = latents.centre(axis);
                out[sample.name] = torch::exp(mean + blur * given.blur.slice(1, axis, axis + 1));
                entropy = entropy + entropy_of(blur);
                break;
            }
            case Kind::cluster_choice:
            case Kind::cluster_energy:
                out[sample.name] = given.clusters.at(sample.name);
                break;
            case Kind::cells:
                out[sample.name] = cells.select(4, z)
                                       .slice(2, static_cast<std::int64_t>(sample.px), std::nullopt, 2)
                                       .slice(3, static_cast<std::int64_t>(sample.py), std::nullopt, 2)
                                       .contiguous();
                break;
        }
    }
    std::vector<Tensor> divided;
    for (const auto& [first, other] : sides)
        divided.push_back((first + other > 0).to(torch::kFloat32).unsqueeze(1));
    return {std::move(out), std::move(divided), entropy};
}

}  // namespace caloforge::family::forge
