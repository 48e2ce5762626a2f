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
};

// Showers of a set within the compared range, by energy.
std::vector<Candidate> by_energy(const validate::ObservableTable& table, const validate::Range& range) {
    std::vector<Candidate> out;
    for (std::size_t shower = 0; shower < table.rows(); ++shower) {
        if (range.holds(table.binning[shower])) out.push_back({table.binning[shower], shower});
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

data::ShowerBatch read_one(const data::ShowerSet& set, std::size_t shower) {
    const auto& shards = set.shards();
    const auto behind = std::upper_bound(shards.begin(), shards.end(), shower,
                                         [](std::size_t n, const auto& shard) { return n < shard.first; });
    const auto& shard = *std::prev(behind);
    data::ShowerBatch batch;
    data::ShowerFile(shard.path, set.options()).read(shard.skip + shower - shard.first, 1, batch);
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
    return {{"incident", chosen.incident}, {"shower", chosen.shower}, {"cells", std::move(list)}};
}

}  // namespace

Json pick_event_pairs(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                      const validate::Comparison& comparison, std::size_t pairs, double threshold) {
    const auto first = by_energy(comparison.reference_table(), comparison.range());
    const auto second = by_energy(comparison.candidate_table(), comparison.range());
    Json out = Json::array();
    if (first.empty() || second.empty()) return out;
    const std::size_t count = std::min({pairs, first.size(), second.size()});
    for (std::size_t k = 0; k < count; ++k) {
        const Candidate& one = first[(2 * k + 1) * first.size() / (2 * count)];
        out.push_back({{"reference", event(reference, one, threshold)},
                       {"candidate", event(candidate, nearest(second, one.incident), threshold)}});
    }
    return out;
}

void add_to_event_pairs(Json& pairs, const data::ShowerSet& other, const validate::ObservableTable& table,
                        const validate::Range& range, double threshold) {
    const auto showers = by_energy(table, range);
    if (showers.empty()) return;
    for (Json& pair : pairs)
        pair["other"] =
            event(other, nearest(showers, pair.at("reference").at("incident").get<float>()), threshold);
}

}  // namespace caloforge::study
