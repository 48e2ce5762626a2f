#include "data/hdf5/NumberDataset.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "core/Error.hh"

namespace caloforge::data::hdf5 {
using core::InputError;
namespace {

/// Limits on what a header may claim: products of them fit into 64 bits. One shower of the largest public set
/// has 65,025 cells.
constexpr std::uint64_t max_rows = std::uint64_t{1} << 38;
constexpr std::uint64_t max_row_values = std::uint64_t{1} << 24;
/// HDF5 holds whole chunks in memory.
constexpr std::uint64_t max_chunk_bytes = std::uint64_t{1} << 29;
constexpr std::size_t max_rank = 5;

/// Product, or `limit` + 1 when it is above the limit.
std::uint64_t bounded_product(const std::vector<std::uint64_t>& factors, std::size_t first,
                              std::uint64_t limit) {
    std::uint64_t product = 1;
    for (std::size_t i = first; i < factors.size(); ++i) {
        if (factors[i] == 0) return 0;
        if (product > limit / factors[i]) return limit + 1;
        product *= factors[i];
    }
    return product;
}

}  // namespace

NumberDataset::NumberDataset(hid_t file, const std::string& name, const std::filesystem::path& path)
    : path_(path), dataset_(open_dataset(file, name, header_)) {
    if (!dataset_.valid()) {
        const bool newer = header_.obstacle.find("version") != std::string::npos;
        refuse(header_.obstacle, newer ? newer_format_advice() : "Copy the file again?");
    }
    if (!header_.number) refuse("holds " + header_.type, "Should it hold float32 numbers?");
    if (!header_.obstacle.empty())
        refuse(header_.obstacle, header_.mend.empty() ? "Copy its values into the file?" : header_.mend);
    check_sizes();
    check_stored();
    if (!header_.chunks.empty()) chunks_.emplace(dataset_.id(), header_, path_);
}

template <class Copy>
void NumberDataset::for_each_slab(std::size_t first, std::size_t count, Copy copy) {
    for (std::size_t row = first; row < first + count;) {
        const std::size_t slab_rows = chunks_->slab_rows();
        const std::size_t from = row % slab_rows;
        const std::size_t taken = std::min(slab_rows - from, first + count - row);
        copy(chunks_->slab(row / slab_rows), from, taken, row - first);
        row += taken;
    }
}

void NumberDataset::refuse(const std::string& why, const std::string& suggestion) const {
    throw InputError(fmt::format("cannot use the data set `{}` of {} ({}). {}", printable(header_.name),
                                 path_.string(), why, suggestion));
}

void NumberDataset::check_sizes() const {
    if (rank() == 0 || rank() > max_rank) {
        refuse(fmt::format("it has {} axes", rank()), "Is it another kind of file?");
    }
    if (rows() > max_rows || bounded_product(header_.shape, 1, max_row_values) > max_row_values) {
        refuse(fmt::format("its header claims an absurd shape, {}", header_.shape_text()),
               "Is the file damaged?");
    }
    if (header_.chunks.empty()) return;
    if (header_.chunks.size() != rank() ||
        bounded_product(header_.chunks, 0, max_chunk_bytes) > max_chunk_bytes / header_.value_bytes ||
        bounded_product(header_.chunks, 0, max_chunk_bytes) == 0) {
        refuse(fmt::format("its chunks of ({}) values are above the limit of {} MB",
                           fmt::join(header_.chunks, ", "), max_chunk_bytes >> 20),
               "Repack it with smaller chunks?");
    }
}

/// Every value has its place in the file: else HDF5 would make up zeros for whatever number of showers.
void NumberDataset::check_stored() const {
    const std::uint64_t values = rows() * row_size();
    if (values == 0) return;
    if (header_.chunks.empty()) {
        const std::uint64_t stored = H5Dget_storage_size(dataset_.id());
        if (stored / header_.value_bytes < values) {
            refuse(fmt::format("{} bytes of {} are stored", stored, header_.shape_text()),
                   "Did the program that wrote it stop early?");
        }
        const haddr_t offset = H5Dget_offset(dataset_.id());
        const Handle file(H5Iget_file_id(dataset_.id()));
        hsize_t file_bytes = 0;
        H5Fget_filesize(file.id(), &file_bytes);
        if (offset != HADDR_UNDEF && (offset > file_bytes || stored > file_bytes - offset)) {
            refuse("its values reach beyond the end of the file", "Is the file cut short?");
        }
        return;
    }
    std::uint64_t expected = 1;
    for (std::size_t axis = 0; axis < rank(); ++axis) {
        expected *= (dim(axis) + header_.chunks[axis] - 1) / header_.chunks[axis];
    }
    hsize_t stored = 0;
    const Handle space(H5Dget_space(dataset_.id()));
    if (H5Dget_num_chunks(dataset_.id(), space.id(), &stored) < 0) {
        refuse(last_error(), "Is the file damaged?");
    }
    if (stored < expected) {
        refuse(fmt::format("only {} of {} chunks are stored", stored, expected),
               "Did the program that wrote it stop early?");
    }
}

std::size_t NumberDataset::row_size() const {
    return std::accumulate(header_.shape.begin() + 1, header_.shape.end(), std::size_t{1},
                           std::multiplies<>());
}

std::string NumberDataset::text_attribute(const char* attribute) const {
    return hdf5::text_attribute(dataset_.id(), attribute);
}

std::pair<double, double> NumberDataset::pair_attribute(const char* name) const {
    if (H5Aexists(dataset_.id(), name) <= 0) return {};
    const Handle attribute(H5Aopen(dataset_.id(), name, H5P_DEFAULT));
    const Handle type(H5Aget_type(attribute.id()));
    const Handle space(H5Aget_space(attribute.id()));
    std::array<double, 2> values{};
    if (H5Tequal(type.id(), H5T_IEEE_F64LE) <= 0 || H5Sget_simple_extent_npoints(space.id()) != 2 ||
        H5Aread(attribute.id(), H5T_NATIVE_DOUBLE, values.data()) < 0) {
        return {};
    }
    return {values[0], values[1]};
}

void NumberDataset::read(std::size_t first, std::size_t count, float* out) {
    if (chunks_) {
        const std::size_t width = row_size();
        for_each_slab(first, count, [&](auto rows, std::size_t from, std::size_t taken, std::size_t to) {
            std::copy_n(rows.data() + from * width, taken * width, out + to * width);
        });
        return;
    }
    std::vector<hsize_t> start(rank(), 0);
    std::vector<hsize_t> block(header_.shape.begin(), header_.shape.end());
    start[0] = first;
    block[0] = count;
    read_block(start, block, out);
}

void NumberDataset::read_column(std::size_t first, std::size_t count, std::size_t column, float* out) {
    if (chunks_) {
        const std::size_t width = row_size();
        for_each_slab(first, count, [&](auto rows, std::size_t from, std::size_t taken, std::size_t to) {
            for (std::size_t i = 0; i < taken; ++i) out[to + i] = rows[(from + i) * width + column];
        });
        return;
    }
    std::vector<hsize_t> start(rank(), 0);
    std::vector<hsize_t> block(rank(), 1);
    start[0] = first;
    block[0] = count;
    if (rank() > 1) start[1] = column;
    read_block(start, block, out);
}

void NumberDataset::read_block(const std::vector<hsize_t>& start, const std::vector<hsize_t>& count,
                               float* out) const {
    // Of the same shape as the selection: HDF5 then copies lines, else it goes cell by cell.
    const Handle source(H5Dget_space(dataset_.id()));
    const Handle target(H5Screate_simple(static_cast<int>(rank()), count.data(), nullptr));
    if (H5Sselect_hyperslab(source.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0 ||
        H5Dread(dataset_.id(), H5T_NATIVE_FLOAT, target.id(), source.id(), H5P_DEFAULT, out) < 0) {
        refuse(fmt::format("showers {} to {} cannot be read: {}", start[0], start[0] + count[0] - 1,
                           last_error()),
               "Is the file damaged or cut short?");
    }
}

}  // namespace caloforge::data::hdf5
