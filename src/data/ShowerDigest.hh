#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/Normalisation.hh"
#include "data/ShowerSet.hh"
#include "sample/Field.hh"

namespace caloforge::data {

/// What a training has to know of every shower before it begins, in the set's order: read in parts by several
/// ranks, put together it is the same as read by one.
struct ShowerDigest {
    /// How far the values of a condition reach.
    struct Extent {
        std::vector<float> low, high;  ///< of each of its numbers
    };

    sample::Columns conditions;   ///< those of the set
    std::vector<double> sums;     ///< deposited energies, GeV
    std::vector<double> squares;  ///< sums of the squares of the cells, GeV^2
    std::vector<double>
        layer_shares;  ///< by layer, sums of E_layer / E_dep over the showers that are not empty

    /// Cells by the natural logarithm of their energy in GeV, in steps of spectrum_step from spectrum_low on;
    /// those beyond either end are in the first or the last. Empty: none was seen.
    std::vector<double> spectrum;
    static constexpr double spectrum_low = -21, spectrum_step = 0.025;
    static constexpr std::size_t spectrum_bins = 1120;

    std::size_t size() const { return conditions.rows(); }
    std::span<const float> incident() const { return conditions.values(sample::energy_field.name); }
    /// Showers without any deposit.
    std::size_t empty() const;
    /// Nothing where the showers do not have that condition, or there are none.
    std::optional<Extent> extent(const std::string& condition) const;

    void add(const ShowerBatch& batch);
    void append(const ShowerDigest& behind);
    /// For a message between ranks of one machine type.
    std::string bytes() const;
    static ShowerDigest from_bytes(std::string_view bytes);
};

/// Reads showers [first, last) of the set; a file is opened once.
ShowerDigest digest(const ShowerSet& set, std::size_t first, std::size_t last);

/// ShowerSet::fingerprint() of a set that has been read. `whole` covers all of it.
std::string fingerprint(const ShowerSet& set, const ShowerDigest& whole);
/// As fit_normalisation() of Normalisation.hh. `cells` of a shower.
Normalisation fit_normalisation(const ShowerDigest& whole, std::size_t cells, int degree, bool scale_cells);

}  // namespace caloforge::data
