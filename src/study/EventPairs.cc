#include "study/EventPairs.hh"

#include <algorithm>
#include <cmath>

namespace caloforge::study {
namespace {

using core::Json;

constexpr std::size_t most_cells = 3000;  ///< of one shower: what a display shows fluently
constexpr int energy_digits = 4;          ///< significant digits of a cell on the page

struct Candidate {
    float incident;
    std::size_t shower;
    std::vector<std::string> slices;  ///< that it lies in: "theta 0:10"
};

// Showers of a set within the compared range, by energy.
std::vector<Candidate> by_energy(const validate::ObservableTable& table,
                                 const validate::Comparison& comparison) {
    std::vector<Candidate> out;
    for (std::size_t shower = 0; shower < table.rows(); ++shower) {
        if (!comparison.range().holds(table.binning[shower])) continue;
        out.push_back({table.binning[shower], shower, {}});
        for (std::size_t s = 0; s < comparison.slicings().size(); ++s) {
            const std::size_t slice = table.slices[s][shower];
            if (slice != validate::ObservableTable::no_slice)
                out.back().slices.push_back(comparison.slicings()[s].range(slice));
        }
    }
    std::sort(out.begin(), out.end(), [](const Candidate& a, const Candidate& b) {
        return a.incident != b.incident ? a.incident < b.incident : a.shower < b.shower;
    });
    return out;
}

const Candidate& nearest(const std::vector<Candidate>& sorted, float energy) {
    auto place = std::lower_bound(sorted.begin(), sorted.end(), energy,
                                  [](const Candidate& one, float value) { return one.incident < value; });
    if (place == sorted.end()) return sorted.back();
    if (place != sorted.begin() && energy - std::prev(place)->incident < place->incident - energy) --place;
    return *place;
}

// The same, in the same slices where there is one.
const Candidate& nearest_alike(const std::vector<Candidate>& sorted, float energy,
                               const std::vector<std::string>& slices) {
    const Candidate* found = nullptr;
    for (const Candidate& one : sorted) {
        if (one.slices != slices) continue;
        if (!found || std::abs(one.incident - energy) < std::abs(found->incident - energy)) found = &one;
    }
    return found ? *found : nearest(sorted, energy);
}

data::ShowerBatch read_one(const data::ShowerSet& set, std::size_t shower) {
    data::ShowerBatch batch;
    set.read(shower, batch);
    return batch;
}

Json event(const data::ShowerSet& set, const Candidate& chosen, double threshold) {
    const data::ShowerBatch batch = read_one(set, chosen.shower);
    const auto shower = batch.shower(0);
    std::vector<std::size_t> cells;
    for (std::size_t c = 0; c < shower.size(); ++c) {
        if (shower[c] > 0 && shower[c] >= threshold) cells.push_back(c);
    }
    if (cells.size() > most_cells) {
        std::nth_element(cells.begin(), cells.begin() + most_cells, cells.end(),
                         [&](std::size_t a, std::size_t b) { return shower[a] > shower[b]; });
        cells.resize(most_cells);
        std::sort(cells.begin(), cells.end());
    }
    Json list = Json::array();
    for (const std::size_t c : cells) {
        const auto [x, y, z] = batch.readout.place_of(c);
        const double unit = std::pow(10.0, std::floor(std::log10(shower[c])) - energy_digits + 1);
        list.push_back({x, y, z, std::round(shower[c] / unit) * unit});
    }
    Json out = {{"incident", chosen.incident}, {"shower", chosen.shower}, {"cells", std::move(list)}};
    if (!chosen.slices.empty()) out["slices"] = chosen.slices;
    return out;
}

}  // namespace

Json pick_event_pairs(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                      const validate::Comparison& comparison, std::size_t pairs, double threshold) {
    const auto first = by_energy(comparison.reference_table(), comparison);
    const auto second = by_energy(comparison.candidate_table(), comparison);
    Json out = Json::array();
    if (first.empty() || second.empty()) return out;
    const std::size_t count = std::min({pairs, first.size(), second.size()});
    for (std::size_t k = 0; k < count; ++k) {
        const Candidate& one = first[(2 * k + 1) * first.size() / (2 * count)];
        out.push_back(
            {{"reference", event(reference, one, threshold)},
             {"candidate", event(candidate, nearest_alike(second, one.incident, one.slices), threshold)}});
    }
    return out;
}

void add_to_event_pairs(Json& pairs, const data::ShowerSet& other, const validate::Comparison& comparison,
                        double threshold) {
    const auto showers = by_energy(comparison.candidate_table(), comparison);
    if (showers.empty()) return;
    for (Json& pair : pairs) {
        const Json& reference = pair.at("reference");
        const auto slices = reference.value("slices", std::vector<std::string>{});
        pair["other"] =
            event(other, nearest_alike(showers, reference.at("incident").get<float>(), slices), threshold);
    }
}

}  // namespace caloforge::study
