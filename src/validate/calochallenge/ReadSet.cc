#include "validate/calochallenge/ReadSet.hh"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "core/Error.hh"

namespace caloforge::validate::calochallenge {
namespace {

using core::InputError;
using geometry::ReadoutRings;

/// Lengths that differ by less are equal but for rounding.
constexpr double edge_tolerance = 1e-6;

bool same_edges(const ReadoutRings& a, const ReadoutRings& b) {
    if (!a.same_shape(b)) return false;
    for (std::size_t z = 0; z < a.layers().size(); ++z) {
        const auto &first = a.layers()[z].edges, &second = b.layers()[z].edges;
        for (std::size_t k = 0; k < first.size(); ++k) {
            if (std::abs(first[k] - second[k]) > edge_tolerance * first.back()) return false;
        }
    }
    return true;
}

/// The lengths that the files state themselves; none where they do not.
std::optional<ReadoutRings> stated_by(const std::vector<std::string>& patterns) {
    try {
        const auto set = data::ShowerSet::glob(patterns);
        if (const auto* rings = set.readout().rings(); rings != nullptr && rings->sized()) return *rings;
    } catch (const InputError&) {  // states nothing, as those of data set 1
    }
    return std::nullopt;
}

}  // namespace

data::ShowerSet open_in_mev(const std::vector<std::string>& patterns, const ReadAs& how) {
    data::ReadOptions read;
    read.scale = how.cells_per_gev() / mev_per_gev;
    read.energy_scale = how.incident_per_gev() / mev_per_gev;
    read.scale_name = how.scale_name;
    read.threshold = 0;
    read.more_than_incident = true;
    read.binning_file = how.binning;
    auto set = data::ShowerSet::glob(patterns, read);
    if (set.layout() != data::Layout::calochallenge) {
        throw InputError(
            fmt::format("the {} is of layout {} (the CaloChallenge's evaluation takes `showers` and "
                        "`incident_energies`). "
                        "Compare the sets without it?",
                        how.name, data::to_string(set.layout())));
    }
    if (how.binning.empty() || !set.readout().rings()) return set;
    const auto stated = stated_by(patterns);
    if (stated && !same_edges(*stated, *set.readout().rings())) {
        throw InputError(
            fmt::format("{} and what the {} states of itself (attribute `readout`) are different "
                        "binnings. Leave the XML out, or give that of this read-out?",
                        how.binning.string(), how.name));
    }
    return set;
}

const DataSet& common_data_set(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                               const ReadAs& as_reference, const ReadAs& as_candidate) {
    const DataSet& first = find_data_set(reference.readout().cells(), "the " + as_reference.name);
    const DataSet& second = find_data_set(candidate.readout().cells(), "the " + as_candidate.name);
    if (first != second) {
        throw InputError(fmt::format(
            "the {} is of data set {} ({} voxels), the {} of {} ({}). Compare sets of one?",
            as_reference.name, first.name, first.voxels, as_candidate.name, second.name, second.voxels));
    }
    // A file that states no lengths is binned as the public ones.
    if (!same_edges(binning_of(first, reference.readout()), binning_of(second, candidate.readout()))) {
        throw InputError(
            fmt::format("{} and {} are binned differently (ring edges, mm; attribute `readout` of "
                        "`showers`). Make both with one read-out?",
                        as_reference.name, as_candidate.name));
    }
    return first;
}

}  // namespace caloforge::validate::calochallenge
