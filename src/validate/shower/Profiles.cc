#include "validate/shower/Profiles.hh"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>

#include "validate/shower/Curve.hh"
#include "validate/statistics/Deviation.hh"

namespace caloforge::validate {
namespace {

struct Axis {
    std::string label;
    std::vector<double> edges;
};

// A range of fine bins, joined by `step`.
struct Window {
    std::size_t first = 0;
    std::size_t step = 1;
    std::size_t bins = 0;
};

std::vector<double> ratio(std::span<const double> top, double bottom) {
    std::vector<double> out(top.begin(), top.end());
    for (double& value : out) value = bottom > 0 ? value / bottom : std::numeric_limits<double>::quiet_NaN();
    return out;
}

Axis index_axis(std::size_t n, const char* label, double first) {
    Axis axis{label, {}};
    for (std::size_t i = 0; i <= n; ++i) axis.edges.push_back(first + static_cast<double>(i));
    return axis;
}

Axis window_axis(const Window& window, double low, std::size_t per_decade, const char* label) {
    Axis axis{label, {}};
    for (std::size_t i = 0; i <= window.bins; ++i) {
        const auto fine = static_cast<double>(window.first + i * window.step);
        axis.edges.push_back(low * std::pow(10.0, fine / static_cast<double>(per_decade)));
    }
    return axis;
}

std::vector<double> joined(std::span<const double> fine, const Window& window) {
    std::vector<double> out(window.bins, 0.0);
    for (std::size_t i = 0; i < window.bins * window.step; ++i) {
        if (window.first + i < fine.size()) out[i / window.step] += fine[window.first + i];
    }
    return out;
}

// The bins that matter: from the first to the last in which one of the sets has more than `share` below and
// above.
Window window_of(std::span<const Sums> reference, std::span<const Sums> candidate, Part part, double share,
                 std::size_t most) {
    std::size_t first = reference.front()[part].size();
    std::size_t last = 0;
    for (const auto& groups : {reference, candidate}) {
        std::vector<double> sums(groups.front()[part].size(), 0.0);
        for (const Sums& group : groups) {
            for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += group[part][i];
        }
        const double total = std::accumulate(sums.begin(), sums.end(), 0.0);
        double below = 0;
        for (std::size_t i = 0; i < sums.size(); ++i) {
            if (sums[i] > 0 && below + sums[i] > share * total && below < (1 - share) * total) {
                first = std::min(first, i);
                last = std::max(last, i);
            }
            below += sums[i];
        }
    }
    Window window;
    if (first > last) return window;
    window.first = first;
    window.step = (last - first) / most + 1;
    window.bins = (last - first) / window.step + 1;
    return window;
}

// Under which heading a page shows a profile.
const char* group_of(std::string_view name) {
    if (name == "sampling_fraction" || name == "deposited_energy" || name == "resolution") return "energy";
    if (name == "layer_cells" || name == "layer_sparsity") return "layers";
    return name == "cell_spectrum" || name == "occupancy" ? "cells" : "shape";
}

class Drawer {
  public:
    Drawer(std::span<const Sums> reference, std::span<const Sums> candidate, const std::string& range)
        : reference_(reference), candidate_(candidate), range_(range) {}

    void draw(const std::string& name, const Axis& axis, const char* y_label, bool log_y,
              const Formula& formula) {
        Drawing one;
        one.name = name;
        one.group = group_of(name);
        one.x_label = axis.label;
        one.y_label = y_label;
        one.log_y = log_y;
        one.range = range_;
        one.edges = axis.edges;
        one.reference = curve(reference_, formula);
        one.candidate = curve(candidate_, formula);
        all_.push_back(std::move(one));
    }
    std::vector<Drawing> take() { return std::move(all_); }

  private:
    std::span<const Sums> reference_;
    std::span<const Sums> candidate_;
    std::string range_;
    std::vector<Drawing> all_;
};

Formula per_incident(Part part) {
    return [part](const Sums& sums) { return ratio(sums[part], sums[Scalar::incident]); };
}

// "x from the shower's axis [mm]"
std::string label_of(const ProfileAxis& axis, const ShowerObserver& observer) {
    std::string label = axis.label;
    if (!observer.about_axes()) return label;
    if (const auto place = label.find("the axis"); place != std::string::npos)
        return label.replace(place, 3, "the shower's");
    return label.insert(label.find(" ["), " from the shower's axis");
}

void draw_energy_sums(Drawer& drawer, const ShowerObserver& observer) {
    const CellRuns& cells = observer.cells();
    const char* share = "share of the incident energy";
    drawer.draw("longitudinal_profile", index_axis(cells.layers(), "layer", -0.5), share, false,
                per_incident(Part::layers));
    const auto draw = [&](const ProfileAxis& axis, Part part) {
        drawer.draw(axis.name, {label_of(axis, observer), axis.edges}, share, true, per_incident(part));
    };
    // Of rings the first of them is the profile in r, and without sectors there is nothing about angles.
    if (observer.frame() != Frame::cylindrical) draw(cells.across, Part::columns_x);
    if (cells.along.bins() > 1) draw(cells.along, Part::columns_y);
    draw(cells.radial, Part::rings);
}

// What is counted in each layer, per shower; as a share of the layer's cells where `of_cells`.
void draw_layers(Drawer& drawer, const ShowerObserver& observer, const char* name, const char* label,
                 Part part, bool of_cells) {
    const std::vector<std::size_t> cells = observer.cells().cells_in_layer;
    drawer.draw(name, index_axis(cells.size(), "layer", -0.5), label, false, [=](const Sums& sums) {
        std::vector<double> out = ratio(sums[part], sums[Scalar::showers]);
        for (std::size_t z = 0; of_cells && z < out.size(); ++z)
            out[z] = 1 - out[z] / static_cast<double>(cells[z]);
        return out;
    });
}

void draw_spectrum(Drawer& drawer, const ShowerObserver& observer) {
    Axis axis{"log10(cell energy / GeV)", {}};
    for (const double edge : observer.spectrum_edges()) axis.edges.push_back(std::log10(edge));
    drawer.draw("cell_spectrum", axis, "share of the cells", true, [](const Sums& sums) {
        const auto cells = sums[Part::spectrum];
        return ratio(cells, std::accumulate(cells.begin(), cells.end(), 0.0));
    });
}

// Cells above the lower edge of every bin of the spectrum, per cell of the grid.
void draw_occupancy(Drawer& drawer, const ShowerObserver& observer) {
    Axis axis{"threshold [GeV]", observer.spectrum_edges()};
    const auto cells = static_cast<double>(observer.cell_count());
    drawer.draw("occupancy", axis, "share of the cells above", true, [cells](const Sums& sums) {
        const auto spectrum = sums[Part::spectrum];
        std::vector<double> above(spectrum.size());
        // What the spectrum does not hold lies above its top.
        double count = sums[Scalar::cells_above] - std::accumulate(spectrum.begin(), spectrum.end(), 0.0);
        for (std::size_t i = spectrum.size(); i-- > 0;) above[i] = count += spectrum[i];
        return ratio(above, sums[Scalar::showers] * cells);
    });
}

void draw_resolution(Drawer& drawer, const Window& energies) {
    const Axis axis = window_axis(energies, response_low, responses_per_decade, "incident energy [GeV]");
    drawer.draw("resolution", axis, "relative width of the sampling fraction", false, [&](const Sums& sums) {
        constexpr double needs = 20;
        const auto showers = joined(sums[Part::response_showers], energies);
        const auto fraction = joined(sums[Part::response_fraction], energies);
        const auto squared = joined(sums[Part::response_fraction_squared], energies);
        std::vector<double> out(showers.size(), std::numeric_limits<double>::quiet_NaN());
        for (std::size_t i = 0; i < out.size(); ++i) {
            const double centre = fraction[i] / showers[i];
            if (showers[i] >= needs && centre > 0)
                out[i] = sample_deviation(showers[i], fraction[i], squared[i]) / centre;
        }
        return out;
    });
}

}  // namespace

std::vector<Drawing> profiles(std::span<const Sums> reference, std::span<const Sums> candidate,
                              const ShowerObserver& observer, const std::string& range) {
    Drawer drawer(reference, candidate, range);
    draw_energy_sums(drawer, observer);
    draw_spectrum(drawer, observer);
    draw_occupancy(drawer, observer);
    draw_layers(drawer, observer, "layer_cells", "cells above 0.1 MIP", Part::layer_cells, false);
    draw_layers(drawer, observer, "layer_sparsity", "share of the cells without energy", Part::layer_hits,
                true);

    constexpr double tail = 0.001;
    constexpr std::size_t most_bins = 60;
    const Window fractions = window_of(reference, candidate, Part::fractions, tail, most_bins);
    if (fractions.bins > 0) {
        drawer.draw("sampling_fraction",
                    window_axis(fractions, fraction_low, fractions_per_decade, "sampling fraction"),
                    "share of the showers", false, [&](const Sums& sums) {
                        return ratio(joined(sums[Part::fractions], fractions), sums[Scalar::showers]);
                    });
    }
    const Window energies = window_of(reference, candidate, Part::response_showers, 0, response_bins);
    if (energies.bins > 0) {
        drawer.draw("deposited_energy",
                    window_axis(energies, response_low, responses_per_decade, "incident energy [GeV]"),
                    "mean deposited energy [GeV]", false, [&](const Sums& sums) {
                        std::vector<double> mean = joined(sums[Part::response_energy], energies);
                        const std::vector<double> showers = joined(sums[Part::response_showers], energies);
                        for (std::size_t i = 0; i < mean.size(); ++i) {
                            // Half: what leaving a sub-sample out may leave of an exact count.
                            mean[i] = showers[i] > 0.5 ? mean[i] / showers[i]
                                                       : std::numeric_limits<double>::quiet_NaN();
                        }
                        return mean;
                    });
        draw_resolution(drawer, energies);
    }
    return drawer.take();
}

}  // namespace caloforge::validate
