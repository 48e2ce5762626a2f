#pragma once

#include <array>
#include <string>
#include <vector>

namespace caloforge::montecarlo {

/// One interval of an element's photoelectric cross-section: from the energy of a shell to that of the next
/// above it. ln(barn per atom) = sum of coefficient[k] ln(E / MeV)^k.
struct PhotoelectricInterval {
    double lower_edge;  ///< MeV
    std::array<double, 5> coefficient;
};

struct ElementData {
    const char* symbol;
    double mass;                                       ///< g/mol
    double mean_excitation;                            ///< eV, ICRU report 37
    std::vector<PhotoelectricInterval> photoelectric;  ///< from high energies down
};

/// H to U, by atomic number less one.
const std::vector<ElementData>& element_table();

/// An element as the processes need it.
class Element {
  public:
    /// Throws InputError for a symbol that is none from H to U.
    explicit Element(const std::string& symbol);

    int z() const { return z_; }
    double mass() const { return data_->mass; }  ///< g/mol
    double mean_excitation() const;              ///< GeV
    /// Coulomb correction f(Z): Davies, Bethe, Maximon, Phys. Rev. 93 (1954) 788, as in the PDG review.
    double coulomb_correction() const { return coulomb_; }
    /// Tsai's radiation logarithms of the nucleus and of the electrons (Rev. Mod. Phys. 46 (1974) 815, table
    /// B.2; ln(184.15 Z^-1/3) and ln(1194 Z^-2/3) from boron on).
    double radiation_log() const { return elastic_log_; }
    double inelastic_radiation_log() const { return inelastic_log_; }

    /// Photoelectric cross-section, mm2, of a photon of `energy` GeV. The fit covers 1 keV to 790 keV; below
    /// it is held, above it continues as a power law.
    double photoelectric(double energy) const;
    /// Binding energy, GeV, of the innermost shell that a photon can empty; 0 below the outermost listed one.
    double innermost_binding(double energy) const;

  private:
    int z_ = 0;
    const ElementData* data_ = nullptr;
    double coulomb_ = 0;
    double elastic_log_ = 0;
    double inelastic_log_ = 0;
};

}  // namespace caloforge::montecarlo
