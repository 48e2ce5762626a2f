#include "data/hdf5/DatasetHeader.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "data/hdf5/HeaderGuard.hh"

namespace caloforge::data::hdf5 {
namespace {

/// The number types that are read. Anything else (other mantissas, bit fields) is refused: HDF5's generic
/// conversions are the least proven part of its reader.
std::string number_type_name(hid_t type) {
    const std::array<std::pair<hid_t, const char*>, 20> known{{
        {H5T_IEEE_F32LE, "float32"},
        {H5T_IEEE_F64LE, "float64"},
        {H5T_IEEE_F32BE, "float32 big-endian"},
        {H5T_IEEE_F64BE, "float64 big-endian"},
        {H5T_STD_I8LE, "int8"},
        {H5T_STD_I16LE, "int16"},
        {H5T_STD_I32LE, "int32"},
        {H5T_STD_I64LE, "int64"},
        {H5T_STD_U8LE, "uint8"},
        {H5T_STD_U16LE, "uint16"},
        {H5T_STD_U32LE, "uint32"},
        {H5T_STD_U64LE, "uint64"},
        {H5T_STD_I8BE, "int8"},
        {H5T_STD_I16BE, "int16 big-endian"},
        {H5T_STD_I32BE, "int32 big-endian"},
        {H5T_STD_I64BE, "int64 big-endian"},
        {H5T_STD_U8BE, "uint8"},
        {H5T_STD_U16BE, "uint16 big-endian"},
        {H5T_STD_U32BE, "uint32 big-endian"},
        {H5T_STD_U64BE, "uint64 big-endian"},
    }};
    for (const auto& [id, name] : known) {
        if (H5Tequal(type, id) > 0) return name;
    }
    return {};
}

std::string other_type_name(hid_t type) {
    switch (H5Tget_class(type)) {
        case H5T_STRING:
            return "text";
        case H5T_COMPOUND:
            return "compound";
        case H5T_FLOAT:
            return "unusual floating point";
        case H5T_INTEGER:
            return "unusual integer";
        default:
            return "not a number";
    }
}

/// h5repack drops data sets whose filter it does not know, and says so in a warning alone.
std::string repack_advice(H5Z_filter_t filter) {
    if (filter == H5Z_FILTER_SZIP || filter == H5Z_FILTER_NBIT || filter == H5Z_FILTER_SCALEOFFSET)
        return "Repack it with `h5repack -f SHUF -f GZIP=1`?";
    return "Write it again with gzip, from the program that packed it (h5py: compression=\"gzip\")?";
}

void read_filters(hid_t properties, DatasetHeader& header) {
    std::vector<std::string> names;
    const int count = H5Pget_nfilters(properties);
    for (int i = 0; i < count; ++i) {
        unsigned flags = 0;
        unsigned config = 0;
        std::array<unsigned, 8> values{};
        std::size_t value_count = values.size();
        std::array<char, 64> name{};
        const auto filter = H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &value_count,
                                           values.data(), name.size() - 1, name.data(), &config);
        header.filters.push_back(filter);
        if (filter == H5Z_FILTER_DEFLATE) {
            names.push_back(fmt::format("gzip {}", values[0]));
        } else if (filter == H5Z_FILTER_SHUFFLE) {
            names.emplace_back("shuffle");
        } else {
            names.push_back(name[0] != 0 ? printable(name.data()) : fmt::format("filter {}", filter));
            header.obstacle = fmt::format("it is packed with {}, which is not read here", names.back());
            header.mend = repack_advice(filter);
        }
    }
    header.compression = names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

void read_layout(hid_t properties, DatasetHeader& header) {
    const H5D_layout_t layout = H5Pget_layout(properties);
    if (layout == H5D_CHUNKED) {
        std::vector<hsize_t> chunks(H5S_MAX_RANK);
        const int rank = H5Pget_chunk(properties, H5S_MAX_RANK, chunks.data());
        header.chunks.assign(chunks.begin(), chunks.begin() + std::max(0, rank));
    } else if (layout != H5D_CONTIGUOUS && layout != H5D_COMPACT) {
        header.obstacle = "its values are in other files";
    }
    if (H5Pget_external_count(properties) > 0) header.obstacle = "its values are in other files";
}

}  // namespace

std::string DatasetHeader::shape_text() const {
    return fmt::format("({})", fmt::join(shape, ", "));
}

core::Json DatasetHeader::json() const {
    core::Json json;
    json["name"] = printable(name);
    json["shape"] = shape;
    json["type"] = type;
    json["chunks"] = chunks.empty() ? core::Json(nullptr) : core::Json(chunks);
    json["compression"] = compression;
    return json;
}

std::vector<std::string> dataset_names(hid_t file) {
    std::vector<std::string> names;
    for (const auto& name : root_names(file)) {
        if (!is_safe_to_open(file, name)) {
            names.push_back(name);  // refused with the reason when it is needed
            continue;
        }
        const Handle object(H5Oopen(file, name.c_str(), H5P_DEFAULT));
        if (!object.valid() || H5Iget_type(object.id()) == H5I_DATASET) names.push_back(name);
    }
    return names;
}

Handle open_dataset(hid_t file, const std::string& name, DatasetHeader& header) {
    header.name = name;
    if (!is_safe_to_open(file, name)) {
        header.obstacle = "its header is damaged";
        return {};
    }
    Handle dataset(H5Dopen2(file, name.c_str(), H5P_DEFAULT));
    if (!dataset.valid()) {
        header.obstacle = last_error();
        return dataset;
    }
    const Handle space(H5Dget_space(dataset.id()));
    const Handle type(H5Dget_type(dataset.id()));
    const Handle properties(H5Dget_create_plist(dataset.id()));
    if (!space.valid() || !type.valid() || !properties.valid()) {
        header.obstacle = "its header is damaged";
        return dataset;
    }
    const int rank = H5Sget_simple_extent_ndims(space.id());
    if (rank > 0) {
        std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
        H5Sget_simple_extent_dims(space.id(), dims.data(), nullptr);
        header.shape.assign(dims.begin(), dims.end());
    }
    header.type = number_type_name(type.id());
    header.number = !header.type.empty();
    if (!header.number) header.type = other_type_name(type.id());
    header.value_bytes = H5Tget_size(type.id());
    read_layout(properties.id(), header);
    read_filters(properties.id(), header);
    return dataset;
}

}  // namespace caloforge::data::hdf5
