#include "validate/calochallenge/DataSet.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/Error.hh"

namespace caloforge::validate::calochallenge {
namespace {

using core::InputError;
using geometry::ReadoutRings;

/// Of data set 1, what its authors read out; of 2 and 3, 0.5 keV over the sampling fraction.
constexpr double atlas_cut = 1;
constexpr double par04_cut = 0.5e-3 / 0.033;

constexpr std::size_t par04_layers = 45;
constexpr double par04_radius = 41.85;

std::vector<std::string> in_words() {
    std::vector<std::string> out;
    for (const DataSet& set : data_sets()) out.push_back(fmt::format("{} in {}", set.voxels, set.name));
    return out;
}

}  // namespace

const std::vector<DataSet>& data_sets() {
    // Energies: powers of two from 256 MeV on (1), 1 GeV to 1 TeV (2, 3); arXiv:2410.21611, section 2.
    static const std::vector<DataSet> all = {
        {"1-photons", "photon", 368, atlas_cut, 256, 4194304, {80000, 20000, 21000}},
        {"1-pions", "pion", 533, atlas_cut, 256, 4194304, {80000, 20000, 20800}},
        {"2", "electron", par04_layers * 16 * 9, par04_cut, 1e3, 1e6, {60000, 20000, 20000}},
        {"3", "electron", par04_layers * 50 * 18, par04_cut, 1e3, 1e6, {60000, 20000, 20000}}};
    return all;
}

const DataSet& find_data_set(std::size_t voxels, const std::string& what) {
    const auto found = std::ranges::find(data_sets(), voxels, &DataSet::voxels);
    if (found != data_sets().end()) return *found;
    throw InputError(fmt::format(
        "{} has {} voxels per shower (the CaloChallenge's data sets have {}). Compare it without `--as`?",
        what, voxels, fmt::join(in_words(), ", ")));
}

ReadoutRings binning_of(const DataSet& set, const geometry::Readout& readout) {
    const ReadoutRings* rings = readout.rings();
    if (rings == nullptr || rings->cells() != set.voxels) {
        throw InputError(
            fmt::format("{} are not the cells of data set {} ({} voxels in rings and sectors). Is "
                        "the binning that of another data set?",
                        readout.text(), set.name, set.voxels));
    }
    if (rings->sized()) return *rings;
    if (!rings->is_regular()) {
        throw InputError(
            fmt::format("the read-out of data set {} states no lengths (centres and widths are in "
                        "mm). Give the binning XML that comes with it (`--binning`)?",
                        set.name));
    }
    const auto& layer = rings->layers().front();
    return ReadoutRings::regular(rings->layers().size(), layer.sectors, layer.rings(),
                                 par04_radius / static_cast<double>(layer.rings()));
}

}  // namespace caloforge::validate::calochallenge
