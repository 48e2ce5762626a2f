#include "validate/shower/Accumulator.hh"

#include <cassert>
#include <cmath>

namespace caloforge::validate {
namespace {

// Bin of a logarithmic axis; the number of bins when the value lies outside.
std::size_t log_bin(double value, double low, std::size_t per_decade, std::size_t bins) {
    if (value < low) return bins;
    const auto bin = static_cast<std::size_t>(std::log10(value / low) * static_cast<double>(per_decade));
    return bin < bins ? bin : bins;
}

template <class From>
void add_all(std::vector<double>& to, const From& from) {
    assert(to.size() == from.size());
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += static_cast<double>(from[i]);
}

}  // namespace

Sums::Sums(const ShowerObserver& observer) {
    part(Part::scalars).resize(static_cast<std::size_t>(Scalar::count));
    const CellRuns& cells = observer.cells();
    for (const Part layers : {Part::layers, Part::layer_cells, Part::layer_hits})
        part(layers).resize(cells.layers());
    part(Part::columns_x).resize(cells.across.bins());
    part(Part::columns_y).resize(cells.along.bins());
    part(Part::rings).resize(cells.radial.bins());
    if (observer.about_axes()) {
        part(Part::planes_x).resize(cells.across.bins());
        part(Part::planes_y).resize(cells.along.bins());
    }
    part(Part::spectrum).resize(ShowerObserver::spectrum_bins);
    for (const Part response : {Part::response_showers, Part::response_energy, Part::response_fraction,
                                Part::response_fraction_squared})
        part(response).resize(response_bins);
    if (observer.frame() == Frame::cartesian) part(Part::moments).resize(6);
    part(Part::fractions).resize(fraction_bins);
}

Sums Sums::blank(std::size_t parts) const {
    Sums out;
    for (std::size_t p = 0; p < parts; ++p) out.values_[p].resize(values_[p].size());
    return out;
}

void Sums::add(const ShowerObserver& observer, const ShowerObservables& shower) {
    scalar(Scalar::showers) += 1;
    scalar(Scalar::incident) += shower.incident;
    scalar(Scalar::deposited) += shower.deposited;
    scalar(Scalar::fraction) += shower.fraction;
    scalar(Scalar::fraction_squared) += shower.fraction * shower.fraction;
    scalar(Scalar::cells_above) += static_cast<double>(shower.cells_above[0]);
    if (shower.deposited > 0) {
        scalar(Scalar::filled) += 1;
        scalar(Scalar::maximum_layer) += static_cast<double>(shower.maximum_layer);
        if (observer.frame() == Frame::cartesian)
            add_all(part(Part::moments), observer.index_moments(shower));
    }
    add_all(part(Part::layers), shower.layers);
    add_all(part(Part::columns_x), shower.columns_x);
    add_all(part(Part::columns_y), shower.columns_y);
    add_all(part(Part::rings), shower.rings);
    if (observer.about_axes()) {
        add_all(part(Part::planes_x), shower.planes_x);
        add_all(part(Part::planes_y), shower.planes_y);
    }
    add_all(part(Part::spectrum), shower.spectrum);
    add_all(part(Part::layer_cells), shower.layer_cells);
    add_all(part(Part::layer_hits), shower.layer_hits);

    const std::size_t fraction = log_bin(shower.fraction, fraction_low, fractions_per_decade, fraction_bins);
    if (fraction < fraction_bins) part(Part::fractions)[fraction] += 1;
    const std::size_t response = log_bin(shower.incident, response_low, responses_per_decade, response_bins);
    if (response < response_bins) {
        part(Part::response_showers)[response] += 1;
        part(Part::response_energy)[response] += shower.deposited;
        part(Part::response_fraction)[response] += shower.fraction;
        part(Part::response_fraction_squared)[response] += shower.fraction * shower.fraction;
    }
}

void Sums::add(const Sums& other, double weight, std::size_t parts) {
    for (std::size_t p = 0; p < parts; ++p) {
        assert(values_[p].size() == other.values_[p].size());
        for (std::size_t i = 0; i < values_[p].size(); ++i) values_[p][i] += weight * other.values_[p][i];
    }
}

Accumulator::Accumulator(const ShowerObserver& observer, std::size_t bins)
    : bins_(bins), sums_(bins * sub_samples, Sums(observer)) {}

void Accumulator::add(std::size_t bin, std::size_t sub_sample, const ShowerObserver& observer,
                      const ShowerObservables& shower) {
    sums_[bin * sub_samples + sub_sample].add(observer, shower);
}

std::span<const Sums> Accumulator::bin(std::size_t bin) const {
    return std::span(sums_).subspan(bin * sub_samples, sub_samples);
}

std::vector<Sums> Accumulator::overall() const {
    const std::span<const Sums> first = bin(0);
    std::vector<Sums> total(first.begin(), first.end());
    for (std::size_t slot = 1; slot < bins_; ++slot) {
        for (std::size_t s = 0; s < sub_samples; ++s) total[s].add(bin(slot)[s], 1.0);
    }
    return total;
}

}  // namespace caloforge::validate
