#include "family/forge/ForgeOptions.hh"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/Log.hh"
#include "family/forge/SpectrumBend.hh"

namespace caloforge::family::forge {

network::ForgeOptions forge_options(const network::ForgeOptions& widths, const geometry::Detector& detector,
                                    const data::Normalisation& normalisation,
                                    const data::ShowerDigest& seen) {
    network::ForgeOptions options = widths;
    const auto& grid = detector.grid();
    options.nx = grid.nx;
    options.ny = grid.ny;
    options.nz = grid.nz;
    options.cell_x = grid.cell_x;
    options.cell_y = grid.cell_y;
    options.mip = detector.mip();
    options.response = normalisation.sampling_fraction;
    options.impact = seen.extent(sample::impact_field.name).has_value();
    options.pivot =
        static_cast<std::size_t>(std::ranges::max_element(seen.layer_shares) - seen.layer_shares.begin());
    SpectrumBend bend = bend_of(seen.spectrum, options.mip);
    options.bend_from = std::move(bend.from);
    options.bend_to = std::move(bend.to);
    return options;
}

network::ForgeOptions forge_options_after(const network::WeightsFile& before, network::ForgeOptions options,
                                          const data::ShowerDigest& seen) {
    // Showers of another spectrum deposit most in another layer; the one chosen first does for all.
    const network::NetworkSpec generator = before.network("generator");
    // What the weights were learned with.
    std::tie(options.bend_from, options.bend_to) = network::forge_bend(generator);
    const auto pivot = network::forge_pivot(generator);
    if (pivot && *pivot < options.nz) options.pivot = *pivot;
    constexpr double poor_pivot = 0.3;  // of the largest share
    if (seen.layer_shares[options.pivot] < poor_pivot * *std::ranges::max_element(seen.layer_shares)) {
        core::warning(
            "training.start_from: layer {}, which that model takes to be never empty, holds little of these "
            "showers' energy: expect a worse longitudinal profile.",
            options.pivot);
    }
    return options;
}

}  // namespace caloforge::family::forge
