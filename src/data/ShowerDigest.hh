#pragma once

#include <string>
#include <vector>

#include "data/Normalisation.hh"
#include "data/ShowerSet.hh"
#include "sample/Field.hh"

namespace caloforge::data {

/// What a training has to know of every shower before it begins, in the set's order: read in parts by several
/// ranks, put together it is the same as read by one.
struct ShowerDigest {
    /// How far the values of a condition reach, over the showers that have it.
    struct Extent {
        sample::Field field;
        std::vector<float> low, high;  ///< of each of its numbers
        std::uint64_t showers = 0;
    };

    std::vector<float> incident;       ///< GeV
    std::vector<double> sums;          ///< deposited energies, GeV
    std::vector<double> squares;       ///< sums of the squares of the cells, GeV^2
    std::vector<double> layer_shares;  ///< (Z), sums of E_z / E_dep over the showers that are not empty
    std::vector<Extent> extents;       ///< of the conditions besides the incident energy

    std::size_t size() const { return incident.size(); }
    /// Showers without any deposit.
    std::size_t empty() const;
    /// That of a condition which every shower has, or null.
    const Extent* extent(const std::string& condition) const;

    void add(const ShowerBatch& batch);
    void append(const ShowerDigest& behind);
    /// For a message between ranks of one machine type.
    std::string bytes() const;
    static ShowerDigest from_bytes(const std::string& bytes);
};

/// Reads showers [first, last) of the set; a file is opened once.
ShowerDigest digest(const ShowerSet& set, std::size_t first, std::size_t last);

/// ShowerSet::fingerprint() of a set that has been read. `whole` covers all of it.
std::string fingerprint(const ShowerSet& set, const ShowerDigest& whole);
/// As fit_normalisation() of Normalisation.hh. `cells` of a shower.
Normalisation fit_normalisation(const ShowerDigest& whole, std::size_t cells, int degree, bool scale_cells);

}  // namespace caloforge::data
