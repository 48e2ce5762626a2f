#pragma once

#include <string>
#include <vector>

#include "geometry/Detector.hh"
#include "montecarlo/Element.hh"

namespace caloforge::montecarlo {

/// Sternheimer's parameters of the density effect (At. Data Nucl. Data Tables 30 (1984) 261):
/// delta(x) with x = log10(beta gamma).
struct DensityEffect {
    double plasma_energy;  ///< GeV
    double c, x0, x1, a, m, delta0;

    double operator()(double x) const;
};

/// A material as the processes need it: elements with their number densities, and what follows from them.
class Material {
  public:
    struct Component {
        Element element;
        double density;  ///< atoms / mm3
    };

    /// Throws InputError for an unknown element.
    explicit Material(const geometry::Material& material);

    const std::string& name() const { return name_; }
    const std::vector<Component>& components() const { return components_; }
    double density() const { return density_; }                    ///< g/cm3
    double electron_density() const { return electrons_; }         ///< 1 / mm3
    double mean_excitation() const { return mean_excitation_; }    ///< GeV, Bragg's additivity
    double radiation_length() const { return radiation_length_; }  ///< mm; Tsai, as in the PDG review
    double effective_z() const { return effective_z_; }            ///< electrons per atom
    const DensityEffect& density_effect() const { return density_effect_; }

  private:
    std::string name_;
    double density_ = 0;
    std::vector<Component> components_;
    double electrons_ = 0;
    double mean_excitation_ = 0;
    double radiation_length_ = 0;
    double effective_z_ = 0;
    DensityEffect density_effect_{};
};

}  // namespace caloforge::montecarlo
