#include "geometry/StackRules.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/Suggest.hh"

namespace caloforge::geometry {
namespace {

/// Rounded fractions of a handful of elements add up to one well within this.
constexpr double fraction_tolerance = 1e-3;

const std::vector<std::string>& elements() {
    static const std::vector<std::string> symbols = {
        "H",  "He", "Li", "Be", "B",  "C",  "N",  "O",  "F",  "Ne", "Na", "Mg", "Al", "Si", "P",  "S",
        "Cl", "Ar", "K",  "Ca", "Sc", "Ti", "V",  "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge",
        "As", "Se", "Br", "Kr", "Rb", "Sr", "Y",  "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd",
        "In", "Sn", "Sb", "Te", "I",  "Xe", "Cs", "Ba", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd",
        "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Hf", "Ta", "W",  "Re", "Os", "Ir", "Pt", "Au", "Hg",
        "Tl", "Pb", "Bi", "Po", "At", "Rn", "Fr", "Ra", "Ac", "Th", "Pa", "U"};
    return symbols;
}

/// Neither NaN nor infinite, and above zero.
bool positive(double value) {
    return std::isfinite(value) && value > 0;
}

}  // namespace

std::string problem_with_density(const Material& material) {
    if (positive(material.density)) return "";
    return fmt::format("of \"{}\" is {} (a density above 0 g/cm3 is wanted)", material.name,
                       material.density);
}

std::string problem_with_fractions(const Material& material) {
    if (material.fractions.empty())
        return fmt::format("of \"{}\" is empty (at least one element is wanted)", material.name);
    double sum = 0;
    for (const auto& [element, fraction] : material.fractions) {
        if (std::find(elements().begin(), elements().end(), element) == elements().end()) {
            return fmt::format("of \"{}\" names \"{}\" (no element from H to U).{}", material.name, element,
                               core::did_you_mean(element, {core::nearest(element, elements())}));
        }
        if (!positive(fraction)) {
            return fmt::format("of \"{}\" holds {} for {} (mass fractions are above 0)", material.name,
                               fraction, element);
        }
        sum += fraction;
    }
    if (std::abs(sum - 1) <= fraction_tolerance) return "";
    return fmt::format("of \"{}\" add up to {} (1 within {} is wanted). Are they fractions of the mass?",
                       material.name, sum, fraction_tolerance);
}

std::string problem_with_thickness(double thickness) {
    if (positive(thickness)) return "";
    return fmt::format("is {} (a thickness above 0 mm is wanted)", thickness);
}

std::string problem_with_cut(double cut) {
    return positive(cut) ? "" : fmt::format("is {} (a number above 0 is wanted)", cut);
}

std::string problem_with_layers(const std::vector<Slab>& slabs, std::size_t slabs_per_layer,
                                const ReadoutGrid& grid) {
    const auto active =
        std::count_if(slabs.begin(), slabs.end(), [](const Slab& slab) { return slab.active; });
    if (active == 0) {
        return fmt::format(
            "is {}, but no slab of the stack is active (nothing would be read out). Mark one "
            "with active = true",
            grid.nz);
    }
    if (static_cast<std::size_t>(active) == grid.nz * slabs_per_layer) return "";
    return fmt::format("is {}, but the stack has {} active slabs ({} a cell layer). Does a `repeat` differ?",
                       grid.nz, active,
                       slabs_per_layer == 1 ? "each is" : fmt::format("{} are", slabs_per_layer));
}

std::string problem_with_mip(double mip) {
    if (positive(mip)) return "";
    return fmt::format(
        "is {} (an energy above 0 is wanted: the most probable deposit of a muon in one active "
        "layer)",
        mip);
}

std::string problem_with_field(const std::array<double, 3>& field) {
    constexpr double strongest = 20;
    for (const double tesla : field) {
        if (!(std::abs(tesla) <= strongest))
            return fmt::format("holds {} (at most {} T is wanted). Is it in gauss?", tesla, strongest);
    }
    return "";
}

std::string problem_with_name(const std::string& name, const std::vector<std::string>& defined,
                              const std::string& what) {
    if (std::find(defined.begin(), defined.end(), name) != defined.end()) return "";
    return fmt::format("names \"{}\" (no such {}).{}", name, what, core::did_you_mean(name, defined));
}

}  // namespace caloforge::geometry
