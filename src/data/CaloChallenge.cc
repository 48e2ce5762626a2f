#include "data/CaloChallenge.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/Error.hh"

namespace caloforge::data {

using core::InputError;
using geometry::Readout;
using geometry::ReadoutRings;

Readout known_calochallenge_readout(std::size_t voxels) {
    // arXiv:2410.21611, section 2: layers, angular and radial bins
    constexpr std::size_t layers = 45;
    if (voxels == layers * 16 * 9) return ReadoutRings::regular(layers, 16, 9);
    if (voxels == layers * 50 * 18) return ReadoutRings::regular(layers, 50, 18);
    return {};
}

Readout find_binning(const std::filesystem::path& binning, std::size_t voxels) {
    Readout found;
    std::vector<std::string> known;
    for (const Binning& part : read_binning(binning)) {
        known.push_back(fmt::format("{} of {}", part.readout.cells(), part.particle));
        if (part.readout.cells() != voxels || found == part.readout) continue;
        if (found.cells() > 0) {
            throw InputError(fmt::format("{} describes {} voxels in several ways. Leave one of them in?",
                                         binning.string(), voxels));
        }
        found = part.readout;
    }
    if (found.cells() > 0) return found;
    throw InputError(fmt::format("{} describes no {} voxels (but {}). Is it that of another data set?",
                                 binning.string(), voxels, fmt::join(known, ", ")));
}

}  // namespace caloforge::data
